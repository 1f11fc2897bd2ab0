import { toBase64Url } from '@antechamber/protocol'
import { newContentKey, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { Failure } from './errors.ts'
import { Gone } from './gone.ts'
import { writeKey } from './kept-key.ts'
import { memoryPlatform } from './node/index.ts'
import { contentKeyName, logName } from './records.ts'
import type { Vault } from './vault.ts'
import { openVault } from './vault-door.ts'

const space = toBase64Url(systemRandom(16))
const header = toBase64Url(systemRandom(32))

async function newVault(): Promise<Vault> {
  const opened = await openVault(await memoryPlatform())
  if (!opened.ok) throw new Error(opened.error.code)
  return opened.value.vault
}

/** Keeps the key of a chapter that this device has made and sent, and of which no header has come. */
async function sendAt(vault: Vault, n: number): Promise<string> {
  const name = contentKeyName(space, toBase64Url(systemRandom(16)))
  await vault.write([{ name, content: writeKey(n, newContentKey(systemRandom)) }])
  return name
}

/** What a device that starts deletes before a number. */
async function deleteBefore(vault: Vault, n: number): Promise<Gone> {
  const gone = new Gone({ vault, space, ask: async () => undefined })
  await gone.load()
  await gone.delete({ beginning: { n, header }, ends: [] })
  return gone
}

test('[DX7] the key of a chapter that was sent goes if it can only lie before the beginning, and stays as long as it may still come', async () => {
  const vault = await newVault()
  // The answer was lost; others went on from that chapter, and it was destroyed.
  const lost = await sendAt(vault, 4)
  const next = await sendAt(vault, 5)
  const onItsWay = await sendAt(vault, 9)
  for (const n of [3, 4, 5, 6]) await vault.write([{ name: logName(space, n), content: new Uint8Array(1) }])
  // Once more after each start: what is on its way comes when it comes.
  for (const _ of [1, 2, 3]) {
    const gone = await deleteBefore(vault, 5)
    expect(gone.isEmptyBefore(5)).toBe(true)
    expect(new Set(await vault.names(`key/${space}/`))).toEqual(new Set([next, onItsWay]))
    expect(await vault.names(`log/${space}/`)).toEqual([5, 6].map((n) => logName(space, n)))
  }
  expect(await vault.read(lost)).toBeUndefined()
  await deleteBefore(vault, 10)
  expect(await vault.names(`key/${space}/`)).toEqual([])
})

test('[DX7] a relay is asked for the newest chapter, and for older ones only if it was set back to before that', async () => {
  const vault = await newVault()
  const chapters = [1, 2, 3].map((n) => ({
    id: toBase64Url(systemRandom(16)),
    header: toBase64Url(new Uint8Array(32).fill(n)),
  }))
  await vault.writeJson(`gone/${space}`, { v: 1, n: 9, header, chapters })
  const [first, second, third] = chapters.map(({ id }) => id)
  /** Asks on two connections, each twice, a relay that has these chapters. */
  const asked = async (has: readonly (string | undefined)[], isSetBack: boolean): Promise<readonly string[]> => {
    const all: string[] = []
    const gone = new Gone({
      vault,
      space,
      ask: async (request) => {
        const id = request.type === 'destroy' ? toBase64Url(request.chapter) : ''
        all.push(id)
        if (!has.includes(id)) throw new Failure('not-found')
      },
    })
    await gone.load()
    await gone.askRelay(isSetBack)
    await gone.askRelay(isSetBack)
    gone.reconnected()
    await gone.askRelay(isSetBack)
    return all.slice(0, all.length / 2)
  }
  expect(await asked([], false)).toEqual([third])
  expect(await asked([first, second, third], true)).toEqual([third])
  expect(await asked([first, second], true)).toEqual([third, second])
  expect(await asked([], true)).toEqual([third, second, first])
})
