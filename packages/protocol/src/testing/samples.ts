import type { AnyCodec } from '../codec.ts'
import { deskBody, invitationBody, joinBody, openSpaceBody, refusalBody } from '../doors.ts'
import { ENTRY, ENVELOPE_OVERHEAD, envelopeCodec } from '../envelope.ts'
import { SEALING_ENC_BYTES, SEALING_PUBLIC_BYTES } from '../limits.ts'
import { deviceMessage, relayMessage } from '../messages.ts'
import { receiptsBody } from '../receipts.ts'

/** Bytes that differ from place to place, so that a field in a wrong place is seen. */
const bytes = (length: number, from: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (from + i) % 256)

const [space, chapter, device, invitation] = [bytes(16, 0x10), bytes(16, 0x30), bytes(16, 0x50), bytes(16, 0x70)]
const hash = bytes(32, 0x90)
const ref = 258
const now = 1_767_225_600_000
const envelope = bytes(40, 0xb0)
const grant = { device, keyNumber: 3, enc: bytes(SEALING_ENC_BYTES, 1), wrapped: bytes(48, 2) }
const key = { device, number: 4, publicKey: bytes(SEALING_PUBLIC_BYTES, 3), signature: bytes(64, 4) }
const access = { device, loginKey: hash, keeper: true }

const fromDevice = [
  { type: 'hello', versions: [1, 2] },
  { type: 'login', space, device, nonce: hash, signature: bytes(64, 5) },
  { type: 'append', ref, envelope },
  { type: 'reserve', ref },
  {
    type: 'batch',
    ref,
    head: 7,
    headHash: hash,
    header: envelope,
    grants: [grant],
    admit: [access, { ...access, keeper: false }],
    remove: [invitation],
    keys: [key],
  },
  { type: 'tail', ref, after: 2 ** 40 },
  { type: 'publish-key', ref, key },
  { type: 'keys', ref },
  { type: 'grant', ref, chapter },
  { type: 'invite', ref, invitation, expiresAt: now, ticketHash: hash, record: bytes(9, 6) },
  { type: 'close-invitation', ref, invitation, state: 2 },
  { type: 'joins', ref, invitation },
  { type: 'ping', ref },
  { type: 'withdraw', ref, secret: hash },
  { type: 'destroy', ref, chapter },
  { type: 'regrant', ref, chapter, grant },
  { type: 'regrants', ref, device, after: 7 },
  { type: 'regranted', ref, chapter },
  { type: 'drop-regrants', ref, chapter },
  { type: 'chapter', ref, chapter, after: 7 },
  { type: 'set-way-back', ref, wayBack: hash },
  { type: 'set-way-back', ref, wayBack: undefined },
  {
    type: 'rescue',
    ref,
    head: 7,
    headHash: hash,
    header: envelope,
    grants: [grant],
    admit: [access],
    remove: [invitation],
    keys: [key],
    anchor: hash,
    revision: 3,
    permit: bytes(64, 7),
  },
]

const fromRelay = [
  { type: 'welcome', version: 1, nonce: hash },
  { type: 'entered', head: 7, headHash: hash, now, since: 5 },
  { type: 'refused', ref, code: 4, retryAfterMs: 1500 },
  { type: 'done', ref },
  { type: 'appended', ref, n: 8 },
  { type: 'reserved', ref, chapter, share: hash },
  {
    type: 'items',
    ref,
    head: 9,
    items: [
      { n: 8, envelope, envelopeHash: hash },
      { n: 9, envelope: undefined, envelopeHash: hash },
    ],
  },
  { type: 'keys', ref, keys: [key] },
  { type: 'granted', ref, share: hash, grant },
  { type: 'granted', ref, share: hash, grant: undefined },
  { type: 'joins', ref, joins: [bytes(5, 7), bytes(3, 8)] },
  { type: 'joined', invitation },
  { type: 'regrants', ref, chapters: [{ chapter, first: 3, givers: 2, mine: true }] },
  { type: 'regranted', ref, share: hash, grants: [grant] },
  { type: 'chapter', ref, first: 3, next: 9, items: [{ n: 8, envelope, envelopeHash: hash }] },
  { type: 'chapter', ref, first: 3, next: undefined, items: [] },
]

const receipt = { space, chapter, upTo: 41, destroyedAt: now, backupsUntil: now + 86_400_000 }
const doors = { device, loginKey: hash, space, retainUntil: now }

/** One value of each format of the wire, by the file of its vectors. */
export const SAMPLES: { readonly [file: string]: readonly (readonly [what: string, AnyCodec, unknown])[] } = {
  envelope: [
    [
      'entry',
      envelopeCodec,
      { kind: ENTRY, space, chapter, id: device, nonce: bytes(24, 9), sealed: bytes(1024 - ENVELOPE_OVERHEAD, 10) },
    ],
  ],
  'device-messages': fromDevice.map((message) => [message.type, deviceMessage, message]),
  'relay-messages': fromRelay.map((message) => [message.type, relayMessage, message]),
  doors: [
    ['desk', deskBody, { secret: hash }],
    ['space by a desk', openSpaceBody, { permit: { type: 'desk', secret: hash }, ...doors }],
    ['space by an invitation', openSpaceBody, { permit: { type: 'invitation', invitation, ticket: hash }, ...doors }],
    ['invitation', invitationBody, { state: 1, expiresAt: now, record: bytes(9, 6) }],
    ['join', joinBody, { ticket: hash, join: bytes(9, 7) }],
    [
      'receipts',
      receiptsBody,
      {
        key: hash,
        receipts: [
          { receipt, signature: bytes(64, 5) },
          { receipt: { ...receipt, chapter: undefined }, signature: bytes(64, 6) },
        ],
      },
    ],
    ['refusal', refusalBody, { code: 4, retryAfterMs: 1500 }],
  ],
}
