import { expect, test } from 'vitest'
import { directionOfLanguage, directionOfText, visibleBrief } from './brief.ts'

test.each([
  ['ar', 'rtl'],
  ['he-IL', 'rtl'],
  ['fa', 'rtl'],
  ['ur-PK', 'rtl'],
  ['en', 'ltr'],
  ['ar-Latn', 'ltr'],
  ['az-Arab-IR', 'rtl'],
  ['zh-Hant', 'ltr'],
  ['', 'ltr'],
] as const)('%s is written %s', (language, direction) => {
  expect(directionOfLanguage(language)).toBe(direction)
})

test('a text runs as its first letter does, whatever stands before it', () => {
  expect(directionOfText('12 (مرحبا) hello', 'ltr')).toBe('rtl')
  expect(directionOfText('"Hello" مرحبا', 'rtl')).toBe('ltr')
  expect(directionOfText('12 - 3', 'rtl')).toBe('rtl')
})

test('lines of which nothing can be seen are left out; without any, the sentence for none stands there', () => {
  const brief = { heading: 'H\neading', notice: 'N', empty: 'No line was cleared.', language: 'en"><x' }
  expect(visibleBrief({ ...brief, lines: ['a', ' \u200b\n', 'b'] })).toEqual({
    heading: 'H eading',
    notice: 'N',
    lines: ['a', 'b'],
    isEmpty: false,
    language: 'und',
    direction: 'ltr',
  })
  expect(visibleBrief({ ...brief, lines: ['\u200b'] })).toMatchObject({
    lines: ['No line was cleared.'],
    isEmpty: true,
  })
})
