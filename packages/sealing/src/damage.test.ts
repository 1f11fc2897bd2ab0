import {
  decode,
  decodeEnvelope,
  encode,
  equalBytes,
  loginChallenge,
  sealingKeyCodec,
  utf8,
} from '@antechamber/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ChapterPlace,
  type GrantPlace,
  grantContentKey,
  importContentKey,
  isSealingKeyGood,
  newContentKey,
  newDeviceKey,
  newLinkInvitation,
  newSealingKey,
  newSigningKey,
  type OpenChapter,
  openAtOnce,
  openAtRest,
  openEntry,
  openGrant,
  openHeader,
  openJoin,
  openRecord,
  openWords,
  sealAtOnce,
  sealAtRest,
  sealingKeyRecord,
  sealJoin,
  sealRecord,
  sealWords,
  signLogin,
  signTurn,
  turnSubject,
  verify,
  verifyEntry,
  verifyHeader,
  verifyTurn,
} from './index.ts'
import { flipBit, idOf, must, openFirstChapter, runs, sealOne, seeded } from './testing/fixtures.ts'

const random = seeded('damage')
const room = openFirstChapter('damaged')
const { ada, place, chapter, header: facts } = room
const ben = newSigningKey(random)
const [key, otherKey] = [await newSealingKey(3, random), await newSealingKey(3, random)]
const dialogue = place.dialogue
const device = idOf('ben phone')

type Opens = boolean | Promise<boolean>
/** A format as it comes in at a door, and that door with nothing changed but what `as` says. */
interface Format<T extends object> {
  readonly name: string
  readonly bytes: Uint8Array
  readonly as: T
  readonly opens: (bytes: Uint8Array, as: T) => Opens
  /** The same bytes, as if they were meant for somebody or something else. */
  readonly elsewhere: Readonly<Record<string, Partial<T>>>
}
interface AnyFormat extends Omit<Format<object>, 'as' | 'opens' | 'elsewhere'> {
  readonly opensHere: (bytes: Uint8Array) => Opens
  readonly opensThere: Readonly<Record<string, () => Opens>>
}
const format = <T extends object>({ name, bytes, as, opens, elsewhere }: Format<T>): AnyFormat => ({
  name,
  bytes,
  opensHere: (changed) => opens(changed, as),
  opensThere: Object.fromEntries(
    Object.entries(elsewhere).map(([what, change]) => [what, () => opens(bytes, { ...as, ...change })]),
  ),
})

const inPlace = (change: Partial<ChapterPlace>): OpenChapter => ({ ...chapter, place: { ...place, ...change } })
const CHAPTERS = {
  'another space': { chapter: inPlace({ space: idOf('panel') }) },
  'another chapter': { chapter: inPlace({ chapter: idOf('chapter two') }) },
  'another header': { chapter: { ...chapter, headerHash: random(32) } },
}
const PLACES = {
  'another dialogue': { place: { ...place, dialogue: idOf('another') } },
  'another space': { place: { ...place, space: idOf('panel') } },
  'another chapter': { place: { ...place, chapter: idOf('chapter two') } },
}

/** An envelope of this space, or undefined: what a device looks at first. */
function received(bytes: Uint8Array, { space }: ChapterPlace) {
  const envelope = decodeEnvelope(bytes)
  return envelope.ok && equalBytes(envelope.value.space, space) ? envelope.value : undefined
}

const entry = format({
  name: 'entry',
  bytes: sealOne(chapter, ada, random),
  as: { chapter, root: ada.publicKey },
  opens: (bytes, as) => {
    const envelope = received(bytes, as.chapter.place)
    const opened = envelope && openEntry(as.chapter, envelope)
    return opened?.ok === true && verifyEntry(as.chapter, opened.value, as.root).ok
  },
  elsewhere: { ...CHAPTERS, 'another person': { root: ben.publicKey } },
})

const words = format({
  name: 'words',
  bytes: must(sealWords(chapter, ada, { salt: random(32), words: 'that the well runs dry' }, random)),
  as: { chapter },
  opens: (bytes, as) => {
    const envelope = received(bytes, as.chapter.place)
    return envelope !== undefined && openWords(as.chapter, envelope).ok
  },
  elsewhere: CHAPTERS,
})

/** The keys and the name of the place that a device opens a header with: the chapter's own name stands in the header. */
const headerDoor = { place, contentKey: room.contentKey, share: room.share, root: ada.publicKey }
function opensHeader(bytes: Uint8Array, as: typeof headerDoor): boolean {
  const envelope = received(bytes, as.place)
  if (!envelope || !equalBytes(envelope.chapter, as.place.chapter)) return false
  const opened = openHeader(envelope, as.place.dialogue, as.contentKey, as.share)
  return opened.ok && verifyHeader(opened.value, as.root).ok
}
const headerFormat = format({
  name: 'header with its snapshot',
  bytes: room.envelope,
  as: headerDoor,
  opens: opensHeader,
  elsewhere: {
    ...PLACES,
    'another opener': { root: ben.publicKey },
    'another content key': { contentKey: newContentKey(random) },
    'another share': { share: random(32) },
  },
})
const share = format({
  name: 'share',
  bytes: room.share,
  as: headerDoor,
  opens: (bytes, as) => opensHeader(room.envelope, { ...as, share: bytes }),
  elsewhere: { ...PLACES, 'another content key': { contentKey: importContentKey(random(32)) } },
})

const granted: GrantPlace = { place, facts, device }
const sealedGrant = await grantContentKey(
  { ...granted, keyNumber: 3, publicKey: key.publicKey, random },
  room.contentKey,
)
const ENC_BYTES = sealedGrant.enc.length
const grant = format({
  name: 'grant',
  bytes: new Uint8Array([...sealedGrant.enc, ...sealedGrant.wrapped]),
  as: { ...granted, key },
  opens: async (bytes, { key: own, ...at }) => {
    const [enc, wrapped] = [bytes.subarray(0, ENC_BYTES), bytes.subarray(ENC_BYTES)]
    return (await openGrant(at, { device: at.device, keyNumber: own.number, enc, wrapped }, own)).ok
  },
  elsewhere: {
    ...PLACES,
    'another device': { device: idOf('chi phone') },
    'another key': { key: otherKey },
    'another key number': { key: { ...key, number: 4 } },
  },
})

const sealingKey = format({
  name: 'sealing key',
  bytes: encode(sealingKeyCodec, sealingKeyRecord(ben, place.space, device, key)),
  as: { root: ben.publicKey, space: place.space, device },
  opens: (bytes, as) => {
    const record = decode(sealingKeyCodec, bytes, 4096)
    return record.ok && equalBytes(record.value.device, as.device) && isSealingKeyGood(as.root, as.space, record.value)
  },
  elsewhere: {
    'another person': { root: ada.publicKey },
    'another space': { space: idOf('panel') },
    'another device': { device: idOf('chi phone') },
  },
})

const invitation = newLinkInvitation(random)
const other = newLinkInvitation(random)
const sealedRecord = sealRecord(invitation, utf8('welcome'), random)
const record = format({
  name: "invitation's record",
  bytes: sealedRecord,
  as: invitation,
  opens: (bytes, as) => openRecord(as, bytes).ok,
  elsewhere: { 'another invitation': { id: other.id }, 'another secret': { secret: other.secret } },
})
const joinPlace = { invitation, dialogue, record: sealedRecord }
const join = format({
  name: 'join',
  bytes: await sealJoin({ ...joinPlace, joinPublicKey: key.publicKey }, utf8('{"name":"Ben"}')),
  as: { ...joinPlace, joinKey: key },
  opens: async (bytes, as) => (await openJoin(as, bytes)).ok,
  elsewhere: {
    'another dialogue': { dialogue: idOf('another') },
    'another invitation': { invitation: other },
    'another record': { record: sealRecord(invitation, utf8('welcome'), random) },
    'another key': { joinKey: otherKey },
  },
})

const line = utf8('Both sides would welcome a joint record of the wells.')
const turn = format({
  name: 'turn',
  bytes: signTurn(ben, turnSubject(dialogue, 'release', line)),
  as: { root: ben.publicKey, dialogue, purpose: 'release', line },
  opens: (bytes, as) => verifyTurn(as.root, turnSubject(as.dialogue, as.purpose, as.line), bytes),
  elsewhere: {
    'another person': { root: ada.publicKey },
    'another dialogue': { dialogue: idOf('another') },
    'another purpose': { purpose: 'destroy' },
    'another text': { line: line.subarray(1) },
  },
})

const loginFields = { host: 'a.example', space: place.space, device, deviceNonce: random(32), relayNonce: random(32) }
const login = format({
  name: 'log-in',
  bytes: signLogin(ben, loginFields),
  as: { ...loginFields, loginKey: ben.publicKey },
  opens: (bytes, as) =>
    verify(as.loginKey, loginChallenge(as.host, as.space, as.device, as.deviceNonce, as.relayNonce), bytes),
  elsewhere: {
    'another person': { loginKey: ada.publicKey },
    'another relay': { host: 'b.example' },
    'another space': { space: idOf('panel') },
    'another device': { device: idOf('chi phone') },
    'another connection': { relayNonce: random(32) },
  },
})

const deviceKey = await newDeviceKey()
const [once, elseOnce] = [random(32), random(32)]
const atRest = format({
  name: 'record at rest',
  bytes: await sealAtRest(deviceKey, 'drafts/1', line),
  as: { deviceKey, name: 'drafts/1' },
  opens: async (bytes, as) => (await openAtRest(as.deviceKey, as.name, bytes)).ok,
  elsewhere: { 'another name': { name: 'drafts/2' }, 'another device': { deviceKey: await newDeviceKey() } },
})
const atOnce = format({
  name: 'text kept at once',
  bytes: sealAtOnce(once, 'late/1', line),
  as: { once, name: 'late/1' },
  opens: (bytes, as) => openAtOnce(as.once, as.name, bytes).ok,
  elsewhere: { 'another name': { name: 'late/2' }, 'another field': { once: elseOnce } },
})

const FORMATS = [
  entry,
  words,
  headerFormat,
  share,
  grant,
  sealingKey,
  record,
  join,
  turn,
  login,
  atRest,
  atOnce,
] as const

describe.each(FORMATS)('$name', ({ bytes, opensHere, opensThere }) => {
  test('[LG5] [CH5] [CH8] [IN4] opens as it is, and not with a bit turned, cut short, or with more behind it', async () => {
    expect(await opensHere(bytes)).toBe(true)
    expect(await opensHere(new Uint8Array(0))).toBe(false)
    expect(await opensHere(new Uint8Array([...bytes, 0]))).toBe(false)
    expect(await opensHere(bytes.subarray(1))).toBe(false)
    const harm = fc.tuple(fc.nat(bytes.length * 8 - 1), fc.nat(bytes.length - 1))
    await fc.assert(
      fc.asyncProperty(harm, async ([bit, length]) => {
        expect(await opensHere(flipBit(bytes, bit))).toBe(false)
        expect(await opensHere(bytes.subarray(0, length))).toBe(false)
      }),
      { numRuns: runs(30) },
    )
  })

  test.each(Object.entries(opensThere))('[LG5] [CH8] [CH15] [WR4] does not open as that of %s', async (_, opens) => {
    expect(await opens()).toBe(false)
  })
})
