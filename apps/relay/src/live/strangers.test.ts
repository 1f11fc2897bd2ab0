import { expect, test } from 'vitest'
import { createStrangers, MAX_STRANGERS, MAX_STRANGERS_OF_NETWORK } from './strangers.ts'

test('[WR15] strangers have only so many places, in one network and altogether, and give each back once', () => {
  const strangers = createStrangers()
  const give: (() => void)[] = []
  for (let i = 0; i < MAX_STRANGERS_OF_NETWORK; i++) {
    expect(strangers.areTooMany('192.0.2.1')).toBe(false)
    give.push(strangers.add('192.0.2.1'))
  }
  expect(strangers.areTooMany('192.0.2.1')).toBe(true)
  expect(strangers.areTooMany('192.0.2.2')).toBe(false)
  while (give.length < MAX_STRANGERS) give.push(strangers.add(`network ${give.length}`))
  expect(strangers.areTooMany('192.0.2.2')).toBe(true)
  const last = give.at(-1)
  last?.()
  last?.()
  expect(strangers.areTooMany('192.0.2.2')).toBe(false)
  strangers.add('192.0.2.2')
  expect(strangers.areTooMany('192.0.2.3')).toBe(true)
})
