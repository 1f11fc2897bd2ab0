import {
  encode,
  loginChallenge,
  type Receipt,
  receiptPreimage,
  sealingKeyCodec,
  toHex,
  utf8,
} from '@antechamber/protocol'
import { importDeviceKey, sealAtRest } from '../at-rest.ts'
import { exportContentKey, newContentKey } from '../chapter.ts'
import { sealEntry } from '../entry.ts'
import { grantContentKey } from '../grant.ts'
import { hash, logHashAfter } from '../hashing.ts'
import { createHeader } from '../header.ts'
import { invitationTicket, linkPath, newLinkInvitation, sealRecord } from '../invitation.ts'
import { sealJoin } from '../join.ts'
import { LEAST_COST } from '../passphrase.ts'
import { anchorFromRecoveryCode, newRecoveryCode } from '../recovery-code.ts'
import { roundKeyName, roundKeyOf, roundSecret, sealRoundWords } from '../round-words.ts'
import { safetyWords } from '../safety-words.ts'
import { newSealingKey, sealingKeyRecord } from '../sealing-key.ts'
import { reveal } from '../secrets.ts'
import { newSigningKey, sign, signLogin } from '../signing.ts'
import { invitationFromSpokenCode, newSpokenCode } from '../spoken-code.ts'
import { signTurn, turnSubject } from '../turn.ts'
import { newVaultKey, sealVaultKey } from '../vault-key.ts'
import { sealWords, withdrawalSecret, wordsRef, wordsSalt } from '../words.ts'
import { entryFields, idOf, must, openFirstChapter, read, START, seeded } from './fixtures.ts'

/** Values of a vector: byte strings are written as hexadecimal, everything else as it is. */
type Shown = string | number | readonly Shown[] | { readonly [name: string]: Shown }
type Value = Uint8Array | string | number | readonly Value[] | { readonly [name: string]: Value }

/** One file of vectors/sealing. */
export interface VectorFile {
  readonly what: string
  readonly rules: readonly string[]
  readonly vectors: readonly Shown[]
}

function shown(value: Value): Shown {
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part as Value)]))
  return value as string | number
}

const file = (what: string, rules: readonly string[], vectors: readonly Value[]): VectorFile => ({
  what,
  rules,
  vectors: vectors.map(shown),
})

const DIALOGUE = idOf('dialogue')
const SPACE = idOf('room')

function logins(): VectorFile {
  const random = seeded('vectors/login')
  const key = newSigningKey(random)
  const fields = {
    host: 'relay.example:8443',
    space: SPACE,
    device: idOf('ada phone'),
    deviceNonce: random(32),
    relayNonce: random(32),
  }
  const preimage = loginChallenge(fields.host, fields.space, fields.device, fields.deviceNonce, fields.relayNonce)
  const signature = signLogin(key, fields)
  return file(
    'A log-in to a space: what is signed, and the signature',
    ['WR4'],
    [{ secret: key.secret, publicKey: key.publicKey, ...fields, preimage, signature }],
  )
}

function logHashes(): VectorFile {
  const steps: Value[] = []
  let previous = new Uint8Array(32)
  for (let n = 1; n <= 3; n++) {
    const envelopeHash = hash(utf8(`envelope ${n}`))
    const after = logHashAfter(previous, n, envelopeHash)
    steps.push({ previous, n, envelopeHash, after })
    previous = Uint8Array.from(after)
  }
  return file('The running hash of a log', ['LG4'], steps)
}

function headers(): VectorFile {
  const first = openFirstChapter('vectors/header')
  const random = seeded('vectors/header/2')
  const snapshot = new Uint8Array(1500).fill(7)
  const contentKey = newContentKey(random)
  const [share, envelopeId] = [random(32), random(16)]
  const place = { ...first.place, chapter: idOf('chapter two') }
  const previous = { headerHash: first.header.headerHash, n: 41, logHash: hash(utf8('head')) }
  const second = createHeader({ place, share, contentKey, envelopeId, previous, snapshot, root: first.ada, random })
  return file(
    'Headers: from keys and snapshot to the whole envelope',
    ['CH2', 'CH5', 'CH6'],
    [
      headerVector({ ...first, previous: START }, first.ada.publicKey),
      headerVector({ ...second, place, share, contentKey, snapshot, previous }, first.ada.publicKey),
    ],
  )
}

type Made = Pick<ReturnType<typeof openFirstChapter>, 'place' | 'share' | 'contentKey' | 'snapshot'> &
  ReturnType<typeof createHeader> & { readonly previous: typeof START }

const headerVector = (made: Made, rootPublic: Uint8Array): Value => ({
  ...made.place,
  contentKey: exportContentKey(made.contentKey),
  share: made.share,
  chapterKey: reveal(made.chapter.key),
  rootPublic,
  snapshot: made.snapshot,
  previous: { ...made.previous },
  facts: { ...made.header },
  envelope: made.envelope,
})

function entries(): VectorFile {
  const room = openFirstChapter('vectors/entry')
  const random = seeded('vectors/entry/1')
  const bodies = [utf8('We were afraid to be the first to say it.'), new Uint8Array(0), new Uint8Array(2000).fill(5)]
  const vectors = bodies.map((body, counter) => {
    const fields = entryFields({ counter, entryId: random(16), kind: counter, body })
    const envelope = must(sealEntry(room.chapter, room.ada, fields, random(16), random))
    return {
      ...room.place,
      headerHash: room.chapter.headerHash,
      contentKey: exportContentKey(room.contentKey),
      share: room.share,
      header: room.envelope,
      chapterKey: reveal(room.chapter.key),
      rootPublic: room.ada.publicKey,
      fields: { ...fields },
      envelope,
    }
  })
  return file('Entries: from fields to the whole envelope', ['LG2', 'LG5', 'LG6'], vectors)
}

function words(): VectorFile {
  const room = openFirstChapter('vectors/words')
  const random = seeded('vectors/words/1')
  const texts = ['that the well runs dry', 'أن تجف البئر', 'a'.repeat(600)]
  const vectors = texts.map((text) => {
    const said = { salt: wordsSalt(room.ada, utf8('command'), Uint8Array.of(0, 0, 0, 1)), words: text }
    const envelope = must(sealWords(room.chapter, room.ada, said, random))
    return {
      ...room.place,
      contentKey: exportContentKey(room.contentKey),
      share: room.share,
      header: room.envelope,
      rootPublic: room.ada.publicKey,
      rootSecret: room.ada.secret,
      salt: said.salt,
      words: text,
      ref: wordsRef(said),
      withdrawalSecret: withdrawalSecret(room.ada, room.place.space, read(envelope).nonce),
      envelope,
    }
  })
  return file('Words: from what is said to the whole envelope', ['LG12', 'LG13', 'DG15'], vectors)
}

async function roundWords(): Promise<VectorFile> {
  const room = openFirstChapter('vectors/round words')
  const random = seeded('vectors/round words/1')
  const roundKey = await roundKeyOf(roundSecret(room.ada, utf8('openRound')))
  const vectors: Value[] = []
  for (const text of ['that the well runs dry', 'أن تجف البئر', 'a'.repeat(600)]) {
    const said = { salt: wordsSalt(room.ada, utf8('command'), Uint8Array.of(0, 0, 0, 1)), words: text }
    const envelope = must(await sealRoundWords(room.chapter, room.ada, said, roundKey.publicKey, random))
    vectors.push({
      ...room.place,
      contentKey: exportContentKey(room.contentKey),
      share: room.share,
      header: room.envelope,
      rootPublic: room.ada.publicKey,
      rootSecret: room.ada.secret,
      salt: said.salt,
      words: text,
      ref: wordsRef(said),
      roundSecret: roundKey.secret,
      roundPublicKey: roundKey.publicKey,
      roundKeyName: roundKeyName(roundKey.publicKey),
      envelope,
    })
  }
  return file('Words of a round that is open: from what is said to the whole envelope', ['LG17', 'LG18'], vectors)
}

async function grants(): Promise<VectorFile> {
  const room = openFirstChapter('vectors/grant')
  const random = seeded('vectors/grant/1')
  const key = await newSealingKey(3, random)
  const device = idOf('ben phone')
  const { commitCk, commitK } = room.header
  const at = { place: room.place, facts: { commitCk, commitK }, device }
  const grant = await grantContentKey({ ...at, keyNumber: 3, publicKey: key.publicKey, random }, room.contentKey)
  const contentKey = exportContentKey(room.contentKey)
  return file(
    'A content key granted to a device',
    ['CH8'],
    [{ ...room.place, commitCk, commitK, secret: key.secret, publicKey: key.publicKey, contentKey, grant }],
  )
}

async function sealingKeys(): Promise<VectorFile> {
  const random = seeded('vectors/sealing key')
  const root = newSigningKey(random)
  const key = await newSealingKey(3, random)
  const record = sealingKeyRecord(root, SPACE, idOf('ada phone'), key)
  return file(
    'A sealing key as its device publishes it',
    ['CH9'],
    [{ rootPublic: root.publicKey, space: SPACE, secret: key.secret, record: encode(sealingKeyCodec, record) }],
  )
}

async function invitations(): Promise<VectorFile> {
  const random = seeded('vectors/invitation')
  const invitation = newLinkInvitation(random)
  const welcome = utf8('Fay convenes; what is said here stays here.')
  const record = sealRecord(invitation, welcome, random)
  const joinKey = await newSealingKey(0, random)
  const place = { invitation, dialogue: DIALOGUE, record }
  const join = utf8('Ben')
  const posted = await sealJoin({ ...place, joinPublicKey: joinKey.publicKey, random }, join)
  return file(
    'An invitation by link, its ticket, its record, and a join',
    ['IN1', 'IN2', 'IN4', 'IN10'],
    [
      {
        ...invitation,
        path: linkPath(invitation),
        ticket: invitationTicket(invitation),
        welcome,
        record,
        dialogue: DIALOGUE,
        joinSecret: joinKey.secret,
        join,
        posted,
      },
    ],
  )
}

async function spokenCodes(): Promise<VectorFile> {
  const random = seeded('vectors/spoken')
  const vectors = []
  for (const language of ['en', 'ar']) {
    const words = await newSpokenCode(language, random)
    vectors.push({ language, words, ...(await invitationFromSpokenCode(words)) })
  }
  return file('Invitations by spoken code', ['IN2'], vectors)
}

async function recoveryCodes(): Promise<VectorFile> {
  const random = seeded('vectors/recovery')
  const vectors: Value[] = []
  for (const language of ['en', 'ar']) {
    const words = await newRecoveryCode(language, random)
    const { secret, publicKey } = anchorFromRecoveryCode(words)
    vectors.push({ language, words, anchorSecret: secret, anchor: publicKey })
  }
  return file('Recovery codes and the anchors that they stand for', ['DV1'], vectors)
}

async function wordsOfKeys(): Promise<VectorFile> {
  const keys = {
    anchor: newSigningKey(seeded('vectors/anchor')).publicKey,
    root: newSigningKey(seeded('vectors/root')).publicKey,
  }
  const [en, ar] = [await safetyWords(keys, 'en'), await safetyWords(keys, 'ar')]
  return file('Safety words of an anchor and a root key', ['IN9'], [{ ...keys, en, ar }])
}

function turns(): VectorFile {
  const root = newSigningKey(seeded('vectors/turn'))
  const exact = utf8('Both sides would welcome a joint record of the wells.')
  const subject = turnSubject(DIALOGUE, 'release', exact)
  const signature = signTurn(root, subject)
  return file(
    'A turn',
    ['CH15'],
    [{ dialogue: DIALOGUE, purpose: 'release', exact, subject, rootPublic: root.publicKey, signature }],
  )
}

/** Signed as a relay does it: in this product with the key of its own file, by Node's crypto. */
function receipts(): VectorFile {
  const key = newSigningKey(seeded('vectors/receipt'))
  const destroyedAt = 1_800_000_000_000
  const whole = { space: SPACE, chapter: undefined, upTo: 41, destroyedAt, backupsUntil: destroyedAt + 2_592_000_000 }
  const vectorOf = (what: string, receipt: Receipt) => {
    const { space, chapter, ...numbers } = receipt
    const preimage = receiptPreimage(receipt)
    const signature = sign(key, preimage)
    return { what, receiptKey: key.publicKey, space, chapter: chapter ?? '', ...numbers, preimage, signature }
  }
  return file(
    'What a relay says that it has destroyed; without a chapter the whole space',
    ['WR24'],
    [vectorOf('up to a chapter', { ...whole, chapter: idOf('chapter') }), vectorOf('all', whole)],
  )
}

async function recordsAtRest(): Promise<VectorFile> {
  const random = seeded('vectors/at rest')
  const deviceKey = random(32)
  const [name, bytes] = ['drafts/1', utf8('not yet said')]
  const sealed = await sealAtRest(await importDeviceKey(deviceKey), name, bytes, random)
  return file('A record at rest on a device', ['CH16'], [{ deviceKey, name, bytes, sealed }])
}

async function vaultKeys(): Promise<VectorFile> {
  const random = seeded('vectors/vault key')
  const deviceKey = random(32)
  const key = newVaultKey(random)
  const device = await importDeviceKey(deviceKey)
  const passphrase = 'the heron stands still'
  const shared = { deviceKey, vaultKey: reveal(key) }
  return file(
    'The record of a vault key, without a passphrase and with one',
    ['ST16', 'ST17'],
    [
      { ...shared, record: await sealVaultKey(device, key, undefined, random) },
      {
        ...shared,
        passphrase,
        ...LEAST_COST,
        record: await sealVaultKey(device, key, { passphrase, cost: LEAST_COST }, random),
      },
    ],
  )
}

/** Every file of vectors/sealing by its name, the same on every run. */
export const makeVectors = async (): Promise<Readonly<Record<string, VectorFile>>> => ({
  'login.json': logins(),
  'log-hash.json': logHashes(),
  'header.json': headers(),
  'entry.json': entries(),
  'words.json': words(),
  'round-words.json': await roundWords(),
  'grant.json': await grants(),
  'sealing-key.json': await sealingKeys(),
  'invitation.json': await invitations(),
  'spoken-code.json': await spokenCodes(),
  'recovery-code.json': await recoveryCodes(),
  'safety-words.json': await wordsOfKeys(),
  'turn.json': turns(),
  'receipt.json': receipts(),
  'at-rest.json': await recordsAtRest(),
  'vault-key.json': await vaultKeys(),
})

/** The text of a file of vectors. */
export const vectorText = (vectors: VectorFile): string => `${JSON.stringify(vectors, undefined, 2)}\n`
