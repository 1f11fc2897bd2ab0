import { expect, test } from 'vitest'
import { isComplete } from './install.mjs'

const asked = {
  '': {},
  'packages/core': { version: '0.1.0' },
  'node_modules/ws': { version: '8.23.0' },
  'node_modules/@antechamber/core': { link: true },
  'node_modules/other-system-binary': { version: '1.0.0', optional: true },
}

test('is satisfied by what is there, without packages for other systems', () => {
  const there = { 'node_modules/ws': { version: '8.23.0' }, 'node_modules/@antechamber/core': { link: true } }
  expect(isComplete(asked, there)).toBe(true)
})

test('wants a missing package, another version, and a new package of ours', () => {
  const link = { 'node_modules/@antechamber/core': { link: true } }
  expect(isComplete(asked, link)).toBe(false)
  expect(isComplete(asked, { ...link, 'node_modules/ws': { version: '8.22.0' } })).toBe(false)
  expect(isComplete(asked, { 'node_modules/ws': { version: '8.23.0' } })).toBe(false)
})
