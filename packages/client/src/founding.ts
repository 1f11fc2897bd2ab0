import {
  type Charter,
  charterShape,
  cleanText,
  KNOWN_PARTS,
  loadProcess,
  newSpace,
  type Seat,
  type SeatId,
  type SpaceName,
  seatShape,
} from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { anchorFromRecoveryCode, newRecoveryCode, newSigningKey, signingKeyFromSecret } from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import { Failure } from './errors.ts'
import { newId, newSpaceRecord, spacesOf } from './identity.ts'
import type { DialogueRecord, SpaceRecord } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'

/** What a convenor decides about a new dialogue: its charter, but for the id that this device draws. */
export type Setup = Omit<Charter, 'dialogue'> & {
  /** The convenor's own name in the room, or empty. */
  readonly name: string
  readonly language: string
}

/**
 * Draws a new dialogue's ids and keys. Nothing is asked of the relay yet. Throws {@link Failure} `bad-text` for what the
 * rules of the dialogue would refuse, so that nothing is founded that nobody could enter.
 */
export async function prepareFounding(
  { name, language, ...rest }: Setup,
  desk: Uint8Array,
  origin: string,
  random: (length: number) => Uint8Array,
): Promise<DialogueRecord> {
  const charter = goodCharter({ ...rest, dialogue: newId(random) as Charter['dialogue'] })
  const root = newSigningKey(random)
  const recoveryCode = await newRecoveryCode(language, random)
  const names: readonly SpaceName[] = [
    ...spacesOf(
      'facilitator',
      undefined,
      charter.sides.map(({ id }) => id),
    ),
    'own',
  ]
  const record: DialogueRecord = {
    v: 1,
    local: newId(random).slice(0, 8),
    phase: 'founding',
    origin,
    charter,
    seat: newId(random) as SeatId,
    role: 'facilitator',
    name: cleanText(name),
    language,
    rootSecret: toBase64Url(root.secret),
    anchor: toBase64Url(anchorFromRecoveryCode(recoveryCode).publicKey),
    recoveryCode,
    trustedRoots: [toBase64Url(root.publicKey)],
    spaces: await Promise.all(names.map((space) => newSpaceRecord(space, newId(random), random))),
    desk: toBase64Url(desk),
    affirms: false,
  }
  demandSeat(record)
  return record
}

/** The charter with its texts clean. Throws {@link Failure} `bad-text`. */
function goodCharter(given: Charter): Charter {
  const clean = {
    ...given,
    title: cleanText(given.title),
    convenor: cleanText(given.convenor),
    sides: given.sides.map((side) => ({ ...side, name: cleanText(side.name) })),
    rules: Object.fromEntries(Object.entries(given.rules).map(([language, rules]) => [language, cleanText(rules)])),
  }
  const charter = charterShape.read(clean, '')
  if (!charter.ok || !loadProcess(charter.value.process, KNOWN_PARTS).ok) throw new Failure('bad-text')
  return charter.value
}

/** Throws {@link Failure} `bad-text` unless everybody would take this person's seat. */
export function demandSeat(record: DialogueRecord): void {
  for (const space of record.spaces) if (!seatShape.read(ownSeat(record, space), '').ok) throw new Failure('bad-text')
}

/** This device's own seat in a space. */
export function ownSeat(record: DialogueRecord, space: SpaceRecord): Seat {
  const root = toBase64Url(signingKeyFromSecret(decoded(record.rootSecret)).publicKey)
  return {
    id: record.seat,
    role: record.role,
    ...(record.side !== undefined && { side: record.side }),
    name: record.name,
    anchor: record.anchor,
    devices: [{ device: space.device, root }],
  }
}

/** How a space of ours starts: with ourselves in it. */
export const firstState = (record: DialogueRecord, space: SpaceRecord) =>
  newSpace(space.name, record.charter, [ownSeat(record, space)])

/** Opens a space at the relay, unless this device has before. */
export async function openAtRelay(record: DialogueRecord, space: SpaceRecord, doors: RelayDoors): Promise<void> {
  const permit =
    record.desk !== undefined
      ? ({ type: 'desk', secret: decoded(record.desk) } as const)
      : ({
          type: 'invitation',
          invitation: decoded(record.invitation ?? ''),
          ticket: decoded(record.ticket ?? ''),
        } as const)
  const loginKey = signingKeyFromSecret(decoded(space.loginSecret)).publicKey
  const retainUntil = record.charter.retainUntil
  try {
    await doors.openSpace({ permit, space: decoded(space.space), device: decoded(space.device), loginKey, retainUntil })
  } catch (failure) {
    // Already there: an earlier attempt got through, and its answer was lost.
    if (!(failure instanceof Failure) || (failure.code !== 'exists' && failure.code !== 'used')) throw failure
  }
}
