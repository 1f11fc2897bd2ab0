import { test } from 'vitest'
import { inFolder } from './testing/folder.ts'
import { killSenders } from './testing/kill-sending.ts'

test('[LG9] [ST2] what a device was sending when it was killed is there exactly once when it has come back', () =>
  inFolder(async (folder) => void (await killSenders(folder, 7))))
