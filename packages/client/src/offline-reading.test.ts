import { toBase64Url } from '@antechamber/protocol'
import { newContentKey, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { Gone } from './gone.ts'
import { writeKey } from './kept-key.ts'
import { memoryPlatform } from './node/index.ts'
import { OfflineReading } from './offline-reading.ts'
import { contentKeyName, shareName } from './records.ts'
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
  const sent = new Uint8Array(16).fill(5)
  await offline.keep(sent, SHARE)
  const keyless = new Uint8Array(16).fill(6)
  await offline.keep(keyless, SHARE)
  const write = async (id: Uint8Array, n: number) =>
    vault.write([{ name: contentKeyName(SPACE, toBase64Url(id)), content: writeKey(n, newContentKey(systemRandom)) }])
  await write(CHAPTER, 4)
  // A chapter that this device has made may still come.
  await write(sent, 9)
  const gone = new Gone({ vault, space: SPACE, ask: async () => undefined })
  await gone.delete({ beginning: { n: 5, header: 'A'.repeat(43) }, ends: [] })
  const names = [CHAPTER, sent, keyless].flatMap((id) =>
    [shareName, contentKeyName].map((name) => name(SPACE, toBase64Url(id))),
  )
  const kept = await Promise.all(names.map(async (name) => (await vault.read(name)) !== undefined))
  expect([kept, gone.isEmptyBefore(5)]).toEqual([[false, false, true, true, false, false], true])
})

test('[ST25] a chapter that the relay has no share of any more is forgotten, and can be given again', async () => {
  const { vault, offline } = await shelf(2000)
  await offline.keep(CHAPTER, SHARE)
  await offline.forget(CHAPTER)
  expect(await vault.read(shareName(SPACE, ID))).toBeUndefined()
  await offline.keep(CHAPTER, SHARE)
  expect(await offline.shareOf(CHAPTER)).toEqual(SHARE)
})
