import { expect, test } from 'vitest'
import { Gone } from './gone.ts'
import { memoryPlatform } from './node/index.ts'
import { OfflineReading } from './offline-reading.ts'
import { shareName } from './records.ts'
import { openVault } from './vault-door.ts'

const SPACE = 'AAAAAAAAAAAAAAAAAAAAAA'
const CHAPTER = new Uint8Array(16)
const ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const SHARE = new Uint8Array(32).fill(7)

async function shelf(readsOfflineUntil: number | undefined) {
  const opened = await openVault(await memoryPlatform())
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const offline = new OfflineReading({
    vault,
    space: SPACE,
    platform: { now: () => 1000, after: () => () => undefined },
    readsOfflineUntil,
    load: async () => false,
    run: () => undefined,
  })
  return { vault, offline }
}

test('[ST23] a share is kept only where the charter allows it, and only until the last day', async () => {
  for (const [until, kept] of [
    [undefined, undefined],
    [1000, undefined],
    [1001, SHARE],
  ] as const) {
    const { vault, offline } = await shelf(until)
    await offline.keep(CHAPTER, SHARE)
    expect(await vault.read(shareName(SPACE, ID))).toEqual(kept)
    expect(await offline.shareOf(CHAPTER)).toEqual(kept)
  }
})

test('[ST25] the share of a chapter that is destroyed goes with its key', async () => {
  const { vault, offline } = await shelf(2000)
  await offline.keep(CHAPTER, SHARE)
  const gone = new Gone({ vault, space: SPACE, ask: async () => undefined })
  const header = 'A'.repeat(43)
  const read = { header, first: 1, isGone: true }
  await gone.delete(
    [
      { ...read, id: ID },
      { ...read, id: 'B'.repeat(22), first: 5, isGone: false },
    ],
    [header],
  )
  expect(await vault.read(shareName(SPACE, ID))).toBeUndefined()
})

test('[ST25] a chapter that the relay has no share of any more is forgotten, and can be given again', async () => {
  const { vault, offline } = await shelf(2000)
  await offline.keep(CHAPTER, SHARE)
  await offline.forget(CHAPTER)
  expect(await vault.read(shareName(SPACE, ID))).toBeUndefined()
  await offline.keep(CHAPTER, SHARE)
  expect(await offline.shareOf(CHAPTER)).toEqual(SHARE)
})
