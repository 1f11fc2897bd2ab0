import { expect, test } from 'vitest'
import { inFolder } from './testing/folder.ts'
import { killSenders } from './testing/kill-sending.ts'

test('[LG9] [ST2] a device that is killed at any step of sending has sent it exactly once when it comes back', () =>
  inFolder(async (folder) => expect(await killSenders(folder, 1)).toBeGreaterThan(10)))
