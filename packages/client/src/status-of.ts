import { type Proofs, type Seat, seatOf, view } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import type { SigningKey } from '@antechamber/sealing'
import type { CommandQueue } from './command-queue.ts'
import type { Doorway } from './doorway.ts'
import { type Failures, noticesOf } from './notices.ts'
import type { DialogueRecord } from './records.ts'
import type { Spaces } from './spaces.ts'
import type { AnyCommand, DialogueStatus, OwnDevice } from './status.ts'

/** What a dialogue's status is made from. */
export interface StatusOf {
  readonly record: DialogueRecord
  readonly spaces: Spaces
  readonly queue: CommandQueue<AnyCommand>
  readonly failures: Failures
  readonly doorway: Doorway
  readonly proofs: Proofs
  readonly root: SigningKey
}

/** A dialogue as this device shows it now. */
export function statusOf(of: StatusOf): DialogueStatus {
  const { spaces, queue, doorway } = of
  const { local, phase, charter, role, side, name, language, seat, purpose, recoveryCode } = of.record
  const { world } = spaces
  const room = spaces.get('room')
  return {
    local,
    phase,
    isLive: spaces.isLive,
    isShutOut: phase === 'inside' && room.lost === 'not-found',
    record: { charter, role, ...(side !== undefined && { side }), name, language, seat, ...(purpose && { purpose }) },
    view: world && view(world, of.proofs),
    readSince: room.readSince,
    pending: queue.pending.filter(({ refusal }) => refusal === undefined),
    invitations: role === 'facilitator' ? doorway.host.invitations : [],
    codes: doorway.further.invitations,
    devices: devicesOf(seatOf(room.state?.governing.roster ?? [], seat), of.root),
    hasCode: recoveryCode !== undefined,
    needsCode: role === 'facilitator' && doorway.host.needsCode,
    doorWords: doorway.words.all,
    past: room.past.standing,
    notices: noticesOf(spaces, queue, of.failures, doorway.watch),
  }
}

const devicesOf = (seat: Seat | undefined, { publicKey }: SigningKey): readonly OwnDevice[] =>
  (seat?.devices ?? []).map(({ root }) => ({ root, isThis: root === toBase64Url(publicKey) }))
