import { type LegView, type Proofs, pairOf, type Seat, seatOf, view } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import type { SigningKey } from '@antechamber/sealing'
import type { CommandQueue } from './command-queue.ts'
import type { Doorway } from './doorway.ts'
import { type Failures, noticesOf } from './notices.ts'
import type { ReadMarks } from './read-marks.ts'
import type { DialogueRecord } from './records.ts'
import type { Spaces } from './spaces.ts'
import type { AnyCommand, DialogueStatus, LegStatus, OwnDevice } from './status.ts'

/** What a dialogue's status is made from. */
export interface StatusOf {
  readonly record: DialogueRecord
  readonly spaces: Spaces
  readonly queue: CommandQueue<AnyCommand>
  readonly failures: Failures
  readonly doorway: Doorway
  readonly marks: ReadMarks
  readonly proofs: Proofs
  readonly root: SigningKey
}

/** A dialogue as this device shows it now. */
export function statusOf(of: StatusOf): DialogueStatus {
  const { spaces, queue, doorway } = of
  const { local, phase, charter, role, side, name, language, seat, purpose, recoveryCode } = of.record
  const { world } = spaces
  const room = spaces.get('room')
  const shown = world && view(world, of.proofs)
  return {
    local,
    phase,
    isLive: spaces.isLive,
    isShutOut: phase === 'inside' && room.lost === 'not-found',
    record: { charter, role, ...(side !== undefined && { side }), name, language, seat, ...(purpose && { purpose }) },
    view: shown,
    readSince: room.readSince,
    pending: queue.pending.filter(({ refusal }) => refusal === undefined),
    invitations: role === 'facilitator' ? doorway.host.invitations : [],
    codes: doorway.further.invitations,
    alone: doorway.helping.alone,
    rescues: doorway.helping.invitations,
    devices: devicesOf(seatOf(room.state?.governing.roster ?? [], seat), of.root),
    hasCode: recoveryCode !== undefined,
    needsCode: role === 'facilitator' && doorway.host.needsCode,
    legs: legsOf(shown?.legs ?? [], of),
    doorWords: doorway.words.all,
    notices: noticesOf(spaces, queue, of.failures, doorway.watch),
  }
}

const devicesOf = (seat: Seat | undefined, { publicKey }: SigningKey): readonly OwnDevice[] =>
  (seat?.devices ?? []).map(({ root }) => ({ root, isThis: root === toBase64Url(publicKey) }))

/** Also those of which nothing can be read any more, once this device was taken out. */
function legsOf(shown: readonly LegView[], { spaces, marks, record }: StatusOf): readonly LegStatus[] {
  return spaces.legs.flatMap((space): readonly LegStatus[] => {
    const pair = pairOf(space.name)
    const other = pair?.participant === record.seat ? pair.facilitator : pair?.participant
    const leg = shown.find((one) => one.with === other)
    const isOver = spaces.isOver(space)
    if (!other || !(leg || isOver)) return []
    return [
      {
        with: other,
        isLive: leg?.isThere === true && space.isLive,
        isOver,
        unread: leg ? marks.unreadOf(leg) : 0,
      },
    ]
  })
}
