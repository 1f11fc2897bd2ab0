import { expect, test } from 'vitest'
import { chooseLanguage } from './languages.ts'

test('a regional tag finds its language', () => {
  expect(chooseLanguage(['ar-SY', 'en'])).toBe('ar')
  expect(chooseLanguage(['AR'])).toBe('ar')
})

test('the first wish that ships wins, and English stands in for none', () => {
  expect(chooseLanguage(['ka', 'ar', 'en'])).toBe('ar')
  expect(chooseLanguage(['ka', 'os'])).toBe('en')
  expect(chooseLanguage([])).toBe('en')
  expect(chooseLanguage(['toString'])).toBe('en')
})
