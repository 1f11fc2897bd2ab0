import { readdirSync, readFileSync } from 'node:fs'
import {
  decode,
  decodeEnvelope,
  fromHex,
  type Grant,
  grantCodec,
  MAX_ENVELOPE_BYTES,
  receiptPreimage,
  sealingKeyCodec,
  toHex,
} from '@antechamber/protocol'
import { describe, expect, test } from 'vitest'
import { importDeviceKey, openAtRest } from './at-rest.ts'
import { exportContentKey, importContentKey } from './chapter.ts'
import { openEntry, verifyEntry } from './entry.ts'
import { openGrant } from './grant.ts'
import { logHashAfter } from './hashing.ts'
import { openHeader, verifyHeader } from './header.ts'
import { openRecord, parseLink } from './invitation.ts'
import { openJoin } from './join.ts'
import { verifyReceipt } from './receipt.ts'
import { anchorFromRecoveryCode, parseRecoveryCode } from './recovery-code.ts'
import { openOwnRoundWords, openRoundWords, roundKeyOf } from './round-words.ts'
import { isSealingKeyGood, sealingKeyFromSecret } from './sealing-key.ts'
import { reveal } from './secrets.ts'
import { signingKeyFromSecret, verify } from './signing.ts'
import { must } from './testing/fixtures.ts'
import { makeVectors, vectorText } from './testing/vectors.ts'
import { turnSubject, verifyTurn } from './turn.ts'
import { openVaultKey, unwrapVaultKey } from './vault-key.ts'
import { isOwnWords, openWords, withdrawalSecret, wordsRef } from './words.ts'

const folder = new URL('../../../vectors/sealing/', import.meta.url)
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const made = await makeVectors()

interface Vector {
  readonly [name: string]: unknown
}
const vectorsOf = (name: string): readonly Vector[] => JSON.parse(text(name)).vectors
const textIn = (vector: Vector, name: string): string => vector[name] as string
const inside = (vector: Vector, name: string): Vector => vector[name] as Vector
const hex = (vector: Vector, name: string): Uint8Array => fromHex(textIn(vector, name)) as Uint8Array
const envelopeOf = (vector: Vector, name = 'envelope') => must(decodeEnvelope(hex(vector, name)))

test('vectors/sealing holds these files and no others', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(made).sort())
})

// Mended on purpose by `node tools/make-vectors-sealing.mjs`: a changed format needs a new version byte as well.
test.each(Object.keys(made))('%s is what the code gives today', (name) => {
  expect(text(name)).toBe(vectorText(made[name] as never))
})

describe('every vector is checked from its file alone', () => {
  test('[LG4] log hashes', () => {
    for (const vector of vectorsOf('log-hash.json'))
      expect(toHex(logHashAfter(hex(vector, 'previous'), Number(vector.n), hex(vector, 'envelopeHash')))).toBe(
        vector.after,
      )
  })

  test('[WR4] log-ins', () => {
    for (const vector of vectorsOf('login.json'))
      expect(verify(hex(vector, 'publicKey'), hex(vector, 'preimage'), hex(vector, 'signature'))).toBe(true)
  })

  const openVectorHeader = (vector: Vector, field: string) =>
    must(
      verifyHeader(
        must(
          openHeader(
            envelopeOf(vector, field),
            hex(vector, 'dialogue'),
            importContentKey(hex(vector, 'contentKey')),
            hex(vector, 'share'),
          ),
        ),
        hex(vector, 'rootPublic'),
      ),
    )

  test('[CH5] headers', () => {
    for (const vector of vectorsOf('header.json')) {
      const header = openVectorHeader(vector, 'envelope')
      expect(toHex(header.snapshot)).toBe(vector.snapshot)
      expect(toHex(header.facts.headerHash)).toBe(textIn(inside(vector, 'facts'), 'headerHash'))
    }
  })

  test('[LG5] [LG6] entries', () => {
    for (const vector of vectorsOf('entry.json')) {
      const { chapter } = openVectorHeader(vector, 'header')
      const opened = must(openEntry(chapter, envelopeOf(vector)))
      const entry = must(verifyEntry(chapter, opened, hex(vector, 'rootPublic')))
      expect(toHex(entry.body)).toBe(textIn(inside(vector, 'fields'), 'body'))
    }
  })

  test('[LG12] [LG13] [DG15] words', () => {
    for (const vector of vectorsOf('words.json')) {
      const { chapter } = openVectorHeader(vector, 'header')
      const envelope = envelopeOf(vector)
      const opened = must(openWords(chapter, envelope))
      const said = opened.form === 'clear' ? opened.said : { salt: new Uint8Array(0), words: '' }
      expect(said.words).toBe(vector.words)
      expect(toHex(wordsRef(said))).toBe(vector.ref)
      const root = signingKeyFromSecret(hex(vector, 'rootSecret'))
      expect(toHex(withdrawalSecret(root, envelope.space, envelope.nonce))).toBe(vector.withdrawalSecret)
      expect(isOwnWords(root, envelope)).toBe(true)
    }
  })

  test('[LG17] [LG18] words of a round', async () => {
    for (const vector of vectorsOf('round-words.json')) {
      const { chapter } = openVectorHeader(vector, 'header')
      const opened = must(openWords(chapter, envelopeOf(vector)))
      const words = opened.form === 'for-a-round' ? opened.words : undefined
      if (!words) throw new Error('not for a round')
      const said = { salt: hex(vector, 'salt'), words: vector.words }
      expect(toHex(words.ref)).toBe(vector.ref)
      expect(toHex(words.key)).toBe(vector.roundKeyName)
      const { space } = chapter.place
      expect(await openRoundWords(hex(vector, 'roundSecret'), space, words)).toEqual(said)
      expect(openOwnRoundWords(signingKeyFromSecret(hex(vector, 'rootSecret')), space, words)).toEqual(said)
      const { publicKey } = await roundKeyOf(hex(vector, 'roundSecret'))
      expect(toHex(publicKey)).toBe(vector.roundPublicKey)
    }
  })

  test('[CH8] grants', async () => {
    for (const vector of vectorsOf('grant.json')) {
      const granted = inside(vector, 'grant')
      const grant: Grant = {
        device: hex(granted, 'device'),
        keyNumber: Number(granted.keyNumber),
        enc: hex(granted, 'enc'),
        wrapped: hex(granted, 'wrapped'),
      }
      const place = { dialogue: hex(vector, 'dialogue'), space: hex(vector, 'space'), chapter: hex(vector, 'chapter') }
      const facts = { commitCk: hex(vector, 'commitCk'), commitK: hex(vector, 'commitK') }
      const key = await sealingKeyFromSecret(grant.keyNumber, hex(vector, 'secret'))
      expect(toHex(key.publicKey)).toBe(vector.publicKey)
      const opened = must(await openGrant({ place, facts, device: grant.device }, grant, key))
      expect(toHex(exportContentKey(opened))).toBe(vector.contentKey)
      expect(grantCodec.write(grant).length).toBe(16 + 4 + 1120 + 48)
    }
  })

  test('[CH9] sealing keys', async () => {
    for (const vector of vectorsOf('sealing-key.json')) {
      const record = must(decode(sealingKeyCodec, hex(vector, 'record'), MAX_ENVELOPE_BYTES))
      expect(isSealingKeyGood(hex(vector, 'rootPublic'), hex(vector, 'space'), record)).toBe(true)
      const key = await sealingKeyFromSecret(record.number, hex(vector, 'secret'))
      expect(toHex(record.publicKey)).toBe(toHex(key.publicKey))
    }
  })

  test('[IN1] [IN2] [IN4] invitations', async () => {
    for (const vector of vectorsOf('invitation.json')) {
      const invitation = must(parseLink(textIn(vector, 'path')))
      expect(toHex(invitation.secret)).toBe(vector.secret)
      const record = hex(vector, 'record')
      expect(toHex(must(openRecord(invitation, record)))).toBe(vector.welcome)
      const joinKey = await sealingKeyFromSecret(0, hex(vector, 'joinSecret'))
      const place = { invitation, dialogue: hex(vector, 'dialogue'), record, joinKey }
      expect(toHex(must(await openJoin(place, hex(vector, 'posted'))))).toBe(vector.join)
    }
  })

  test('[DV1] recovery codes', async () => {
    for (const vector of vectorsOf('recovery-code.json')) {
      const words = vector.words as readonly string[]
      expect(must(await parseRecoveryCode(words.join(' ')))).toEqual(words)
      const { secret, publicKey } = anchorFromRecoveryCode(words)
      expect([toHex(secret), toHex(publicKey)]).toEqual([vector.anchorSecret, vector.anchor])
    }
  })

  test('[CH15] turns', () => {
    for (const vector of vectorsOf('turn.json')) {
      const subject = turnSubject(hex(vector, 'dialogue'), textIn(vector, 'purpose'), hex(vector, 'exact'))
      expect(verifyTurn(hex(vector, 'rootPublic'), subject, hex(vector, 'signature'))).toBe(true)
    }
  })

  test('[WR24] receipts', () => {
    for (const vector of vectorsOf('receipt.json')) {
      const { chapter, upTo, destroyedAt, backupsUntil } = vector as Record<string, number | string>
      const receipt = {
        space: hex(vector, 'space'),
        chapter: chapter === '' ? undefined : hex(vector, 'chapter'),
        ...{ upTo: Number(upTo), destroyedAt: Number(destroyedAt), backupsUntil: Number(backupsUntil) },
      }
      expect(toHex(receiptPreimage(receipt))).toBe(vector.preimage)
      const [key, signature] = [hex(vector, 'receiptKey'), hex(vector, 'signature')]
      expect(verifyReceipt(key, receipt, signature)).toBe(true)
      expect(verifyReceipt(key, { ...receipt, upTo: receipt.upTo + 1 }, signature)).toBe(false)
    }
  })

  test('[ST16] [ST17] vault keys', async () => {
    for (const vector of vectorsOf('vault-key.json')) {
      const kept = must(await openVaultKey(await importDeviceKey(hex(vector, 'deviceKey')), hex(vector, 'record')))
      const key =
        kept.name === 'bare' ? kept.key : must(await unwrapVaultKey(kept.wrapped, textIn(vector, 'passphrase')))
      expect(toHex(reveal(key))).toBe(vector.vaultKey)
    }
  })

  test('[CH16] records at rest', async () => {
    for (const vector of vectorsOf('at-rest.json')) {
      const key = await importDeviceKey(hex(vector, 'deviceKey'))
      expect(toHex(must(await openAtRest(key, textIn(vector, 'name'), hex(vector, 'sealed'))))).toBe(vector.bytes)
    }
  })
})
