import { type LogItem, toBase64Url } from '@antechamber/protocol'
import { newSealingKey, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { DroppedWords } from './dropped-words.ts'
import { Failure } from './errors.ts'
import { Forgetting } from './forgetting.ts'
import { Gone } from './gone.ts'
import { keptRecord } from './kept-log.ts'
import { memoryPlatform } from './node/index.ts'
import { OfflineReading } from './offline-reading.ts'
import { Past } from './past/past.ts'
import { makeProofs } from './proofs.ts'
import { logName, type SpaceRecord } from './records.ts'
import { SpaceKeys } from './space-keys.ts'
import { aDayLater, agreed, overTheSecond } from './testing/gone-room.ts'
import { openVault } from './vault-door.ts'

/** Ada's device in a room of which the first two chapters are destroyed; and whether the relay can be reached for words. */
async function newRoom(sealingKeys: SpaceRecord['sealingKeys']) {
  const room = await overTheSecond(agreed)
  const { log, ada, replica } = room
  const opened = await openVault(await memoryPlatform())
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const space = toBase64Url(log.space)
  const relay = { isAway: false, kept: sealingKeys }
  const ask = async ({ type }: { readonly type: string }): Promise<void> => {
    if (relay.isAway && type === 'withdraw') throw new Failure('unreachable')
  }
  const offline = new OfflineReading({
    vault,
    space,
    platform: { now: () => 0, after: () => () => undefined },
    readsOfflineUntil: undefined,
    load: async () => false,
    run: () => undefined,
  })
  const record = { name: 'room', space, device: toBase64Url(ada.device), loginSecret: '', sealingKeys } as const
  const connection = { isIn: true, version: 3, request: async () => ({ type: 'done', ref: 0 }) as never }
  const keys = new SpaceKeys(record, {
    vault,
    connection,
    offline,
    dialogue: log.dialogue,
    root: ada.root,
    random: systemRandom,
    save: async (_, kept) => {
      relay.kept = kept
    },
  })
  const { dialogue } = log
  const of = { vault, me: ada.seat.id, dialogue, root: ada.root, proofs: makeProofs(), platform: { now: () => 0 } }
  const parts = { keys, connection, replica, isLive: () => true, saySeen: async () => undefined }
  const past = new Past(record, { ...of, changed: () => undefined }, parts)
  const forgetting = new Forgetting({
    replica,
    past,
    keys,
    gone: new Gone({ vault, space, ask }),
    dropped: new DroppedWords({ vault, space: log.space, root: ada.root, ask }),
    isSetBack: () => false,
    changed: () => undefined,
  })
  return { ...room, vault, space, relay, forgetting }
}

test('[DX7] a device has not deleted all as long as words are in its store that were sent again behind what is destroyed', async () => {
  const { log, ada, replica, relay, forgetting, vault, space, ...room } = await newRoom([])
  const ref = log.words(ada, 'Sent again, and named by nothing that is left.')
  const again = log.items.at(-1) as LogItem
  expect(await aDayLater({ log, ada, replica, ...room })).toEqual(['words', 'chapter'])
  await vault.write([keptRecord(space, { logEntry: again, trusted: false })])
  forgetting.note({ type: 'words', ref }, again)
  const { length } = (await vault.read(logName(space, again.n))) ?? []
  relay.isAway = true
  for (const _ of [1, 2]) {
    await expect(forgetting.forget()).rejects.toMatchObject({ code: 'unreachable' })
    expect(forgetting.isDone).toBe(false)
    expect(await vault.read(logName(space, again.n))).toHaveLength(length as number)
  }
  relay.isAway = false
  await forgetting.forget()
  expect(forgetting.isDone).toBe(true)
  expect((await vault.read(logName(space, again.n)))?.length).toBeLessThan(100)
})

test('[DX7] sealing keys stay until something of one’s own has come after the newer one was published', async () => {
  const { number, secret } = await newSealingKey(0, systemRandom)
  const { relay, forgetting, ...room } = await newRoom([{ number, secret: toBase64Url(secret), since: 1 }])
  await aDayLater(room)
  await forgetting.forget()
  // A chapter came in between, and may have been granted to the older one.
  await forgetting.renewKeys(async () => 'stale')
  expect(relay.kept.map((key) => key.number)).toEqual([0, 1])
  expect(forgetting.isDone).toBe(false)
  await forgetting.renewKeys(async () => ({ setAside: undefined }))
  expect(relay.kept.map((key) => key.number)).toEqual([1])
  expect(forgetting.isDone).toBe(true)
})
