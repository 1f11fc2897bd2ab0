import { expect, test } from 'vitest'
import { type RelayReceipt, sweptUp } from './receipts.ts'

const receipt = (destruction: string | undefined, destroyedAt: number): RelayReceipt => ({
  destruction,
  isAll: false,
  destroyedAt,
  backupsUntil: destroyedAt + 1,
})

test('[DX6] what the server destroyed along with something later has the receipt for that, and what came after none', () => {
  const destroyed = ['a', 'b', 'c', 'd'].map((id) => ({ id }))
  expect(sweptUp(destroyed, [receipt('a', 1), receipt(undefined, 2), receipt('c', 3)])).toEqual([receipt('b', 3)])
  expect(sweptUp(destroyed, [])).toEqual([])
})
