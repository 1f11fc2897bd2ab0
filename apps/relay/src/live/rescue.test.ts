import { generateKeyPairSync, sign } from 'node:crypto'
import { rescuePermit, wayBackOf } from '@antechamber/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../storage/rules.ts'
import { entry, header, newDevice, randomId, sealingKey } from '../testing/device.ts'
import { enter } from '../testing/live-client.ts'
import { headAfter, newSpace, openChapter, startTestRelay } from '../testing/relay.ts'

let relay: Awaited<ReturnType<typeof startTestRelay>>
beforeAll(async () => {
  relay = await startTestRelay()
})
afterAll(() => relay.stop())

/** What a recovery code makes: a key that no device has. */
function newAnchor() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const anchor = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32))
  return { anchor, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)) }
}

test('[WR28] a member’s device brings a keeper back by the anchor’s signature for exactly this device, and the log goes on', async () => {
  const ada = await newSpace(relay)
  const { anchor, sign } = newAnchor()
  const [ben, back] = [newDevice(), newDevice()]
  const first = await openChapter(ada, { admit: [ben] })
  const wayBack = sha256(wayBackOf(ada.space, anchor, 0))
  const bens = await enter(relay.url, ada.space, ben)
  expect(await bens.ask({ type: 'set-way-back', wayBack })).toBe('forbidden')
  expect(await ada.client.ask({ type: 'set-way-back', wayBack })).toMatchObject({ type: 'done' })

  const reserved = await bens.ask({ type: 'reserve' })
  const chapter = typeof reserved !== 'string' && reserved.type === 'reserved' ? reserved.chapter : randomId()
  const batch = {
    ...headAfter([first.header]),
    header: header(ada.space, chapter),
    grants: [],
    admit: [back.access(true)],
    remove: [ada.opener.device],
    keys: [sealingKey(back.device)],
  } as const
  const good = {
    type: 'rescue',
    ...batch,
    anchor,
    revision: 0,
    permit: sign(rescuePermit(ada.space, 0, back)),
  } as const
  const other = newAnchor()
  const wrong = [
    { permit: sign(rescuePermit(ada.space, 0, ben)) },
    { permit: sign(rescuePermit(randomId(), 0, back)) },
    { permit: sign(rescuePermit(ada.space, 1, back)), revision: 1 },
    { permit: other.sign(rescuePermit(ada.space, 0, back)) },
    { permit: other.sign(rescuePermit(ada.space, 0, back)), anchor: other.anchor },
    { anchor: new Uint8Array(32).fill(255) },
    { admit: [] },
  ]
  for (const changes of wrong) expect(await bens.ask({ ...good, ...changes })).toBe('forbidden')
  expect(await bens.ask({ type: 'batch', ...batch })).toBe('forbidden')
  expect(await bens.ask(good)).toMatchObject({ type: 'appended', n: 2 })
  expect(await ada.client.ended).toMatchObject({ code: 'not-found' })
  const backs = await enter(relay.url, ada.space, back)
  expect((await backs.tail(0).until(1)).map(({ n }) => n)).toEqual([2])
  // Nor can it have destroyed by itself what it may not read (WR23).
  expect(await backs.ask({ type: 'destroy', chapter: first.chapter })).toBe('not-found')
  expect(
    (await openChapter({ space: ada.space, client: backs }, headAfter([first.header, batch.header]))).answer,
  ).toMatchObject({ n: 3 })
})

test('[WR27] [WR28] whoever brings a keeper back too late is waited for like a keeper; who may not, is not', async () => {
  const ada = await newSpace(relay)
  const { anchor, sign } = newAnchor()
  const [ben, back] = [newDevice(), newDevice()]
  const first = await openChapter(ada, { admit: [ben] })
  await ada.client.ask({ type: 'set-way-back', wayBack: sha256(wayBackOf(ada.space, anchor, 0)) })
  const bens = await enter(relay.url, ada.space, ben)
  const write = () => ada.client.ask({ type: 'append', envelope: entry(ada.space, first.chapter) })
  const bring = async (permit: Uint8Array) => {
    const reserved = await bens.ask({ type: 'reserve' })
    const chapter = typeof reserved !== 'string' && reserved.type === 'reserved' ? reserved.chapter : randomId()
    const batch = { ...headAfter([first.header]), header: header(ada.space, chapter), grants: [], keys: [] }
    const lists = { admit: [back.access(true)], remove: [ada.opener.device] }
    return () => bens.ask({ type: 'rescue', ...batch, ...lists, anchor, revision: 0, permit })
  }
  expect(await write()).toMatchObject({ n: 2 })
  expect(await (await bring(sign(rescuePermit(ada.space, 1, back))))()).toBe('forbidden')
  await bring(sign(rescuePermit(ada.space, 0, back)))
  expect(await write()).toMatchObject({ n: 3 })
  expect(await (await bring(sign(rescuePermit(ada.space, 0, back))))()).toBe('head-moved')
  await bring(sign(rescuePermit(ada.space, 0, back)))
  let isTaken = false
  const waiting = write().then((answer) => {
    isTaken = true
    return answer
  })
  await ada.client.ask({ type: 'ping' })
  expect(isTaken).toBe(false)
  await bens.close()
  expect(await waiting).toMatchObject({ n: 4 })
})
