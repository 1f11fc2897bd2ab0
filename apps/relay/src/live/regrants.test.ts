import { equalBytes, logLink, PROTOCOL_VERSIONS } from '@antechamber/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../storage/rules.ts'
import { entry, grantFor, newDevice, random } from '../testing/device.ts'
import { enter, openLive } from '../testing/live-client.ts'
import { newSpace, openChapter, startTestRelay, type TestRelay, type TestSpace } from '../testing/relay.ts'

let relay: TestRelay
let ada: TestSpace
beforeAll(async () => {
  relay = await startTestRelay()
  ada = await newSpace(relay)
})
afterAll(() => relay.stop())

const headAfter = (envelopes: readonly Uint8Array[]) => ({
  head: envelopes.length,
  headHash: envelopes.reduce<Uint8Array>(
    (hash, bytes, i) => sha256(logLink(hash, i + 1, sha256(bytes))),
    new Uint8Array(32),
  ),
})

test('[WR26] a chapter that was given again is read over the wire, with its share, and the log begins where it did', async () => {
  const [ben, chi] = [newDevice(), newDevice()]
  const past = await openChapter(ada, { admit: [ben] })
  const bens = await enter(relay.url, ada.space, ben)
  const said = entry(ada.space, past.chapter)
  await bens.ask({ type: 'append', envelope: said })
  const own = await openChapter(ada, { ...headAfter([past.header, said]), admit: [chi] })
  const chis = await enter(relay.url, ada.space, chi)
  const { chapter } = past
  for (const type of ['grant', 'regranted'] as const) expect(await chis.ask({ type, chapter })).toBe('not-found')
  expect(await chis.ask({ type: 'chapter', chapter, after: 0 })).toBe('not-found')

  const grant = grantFor(chi.device)
  expect(await bens.ask({ type: 'regrant', chapter, grant })).toMatchObject({ type: 'done' })
  expect(await ada.client.ask({ type: 'regrants', device: chi.device, after: 0 })).toMatchObject({
    chapters: [{ chapter, first: 1, givers: 1, mine: false }],
  })
  expect(await chis.ask({ type: 'regranted', chapter })).toMatchObject({ share: past.share, grants: [grant] })
  const read = await chis.ask({ type: 'chapter', chapter, after: 0 })
  if (typeof read === 'string' || read.type !== 'chapter') throw new Error('not read')
  expect([read.first, read.next]).toEqual([1, 3])
  for (const [i, bytes] of [past.header, said, own.header].entries()) {
    expect(equalBytes(read.items[i]?.envelope as Uint8Array, bytes)).toBe(true)
  }
  const tail = chis.tail(0)
  await tail.started
  expect(tail.items.map(({ n }) => n)).toEqual([3])
  expect(await chis.ask({ type: 'drop-regrants', chapter })).toMatchObject({ type: 'done' })
  expect(await chis.ask({ type: 'chapter', chapter, after: 0 })).toBe('not-found')
})

test('[WR22] a connection of an older version does not know what came later, and knows the rest', async () => {
  const oldest = PROTOCOL_VERSIONS[PROTOCOL_VERSIONS.length - 1] as number
  const space = await newSpace(relay)
  const client = await openLive(relay.url)
  client.send({ type: 'hello', versions: [oldest] })
  const welcome = await client.next()
  if (welcome.type !== 'welcome') throw new Error('not greeted')
  expect(welcome.version).toBe(oldest)
  const nonce = random(32)
  const signature = space.opener.sign(new URL(relay.url).host, space.space, nonce, welcome.nonce)
  client.send({ type: 'login', space: space.space, device: space.opener.device, nonce, signature })
  expect(await client.next()).toMatchObject({ type: 'entered' })
  expect(await client.ask({ type: 'keys' })).toMatchObject({ type: 'keys' })
  client.send({ type: 'regrants', ref: 99, device: space.opener.device, after: 0 })
  expect((await client.ended).code).toBe('malformed')
})
