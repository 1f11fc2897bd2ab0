import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTree } from '../../tools/testing/tree.mjs'
import { findBrowser } from './browser.mjs'

test('takes the browser that CHROMIUM_PATH names, before any other, and no substitute for it', () => {
  const root = makeTree({ 'own/browser': '#!/bin/sh\n', 'bin/chromium': '#!/bin/sh\n' })
  chmodSync(join(root, 'own/browser'), 0o755)
  chmodSync(join(root, 'bin/chromium'), 0o755)
  const PATH = join(root, 'bin')
  expect(findBrowser({ PATH, CHROMIUM_PATH: join(root, 'own/browser') })).toBe(join(root, 'own/browser'))
  expect(findBrowser({ PATH, CHROMIUM_PATH: join(root, 'own/none') })).toBeUndefined()
})

test('finds one in PATH, if it can be run', () => {
  const root = makeTree({ 'a/chromium': 'text', 'b/google-chrome': '#!/bin/sh\n' })
  chmodSync(join(root, 'a/chromium'), 0o644)
  chmodSync(join(root, 'b/google-chrome'), 0o755)
  expect(findBrowser({ PATH: `${join(root, 'a')}:${join(root, 'b')}` })).toBe(join(root, 'b/google-chrome'))
})
