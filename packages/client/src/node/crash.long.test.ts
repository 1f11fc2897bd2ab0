import { test } from 'vitest'
import { inFolder } from './testing/folder.ts'
import { killRounds } from './testing/kill-rounds.ts'

test('[ST4] [ST2] a hundred processes that are killed while they write lose nothing that was promised', () =>
  inFolder((folder) => killRounds(folder, 100)))
