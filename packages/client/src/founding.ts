import { type Charter, newSpace, type Seat, type SeatId, type SpaceName } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { newSigningKey, signingKeyFromSecret } from '@antechamber/sealing'
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

/** Draws a new dialogue's ids and keys. Nothing is asked of the relay yet. */
export async function prepareFounding(
  { name, language, ...rest }: Setup,
  desk: Uint8Array,
  origin: string,
  random: (length: number) => Uint8Array,
): Promise<DialogueRecord> {
  const charter: Charter = { dialogue: newId(random) as Charter['dialogue'], ...rest }
  const root = newSigningKey(random)
  const names: readonly SpaceName[] = [
    ...spacesOf(
      'facilitator',
      undefined,
      charter.sides.map(({ id }) => id),
    ),
    'own',
  ]
  return {
    v: 1,
    local: newId(random).slice(0, 8),
    phase: 'founding',
    origin,
    charter,
    seat: newId(random) as SeatId,
    role: 'facilitator',
    name,
    language,
    rootSecret: toBase64Url(root.secret),
    anchorSecret: toBase64Url(newSigningKey(random).secret),
    trustedRoots: [toBase64Url(root.publicKey)],
    spaces: await Promise.all(names.map((space) => newSpaceRecord(space, newId(random), random))),
    desk: toBase64Url(desk),
    affirms: false,
  }
}

/** This device's own seat in a space. */
export function ownSeat(record: DialogueRecord, space: SpaceRecord): Seat {
  const root = toBase64Url(signingKeyFromSecret(decoded(record.rootSecret)).publicKey)
  return {
    id: record.seat,
    role: record.role,
    ...(record.side !== undefined && { side: record.side }),
    name: record.name,
    anchor: toBase64Url(signingKeyFromSecret(decoded(record.anchorSecret)).publicKey),
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
