import { ID_BYTES, INVITATION_STATES } from '@antechamber/protocol'
import { hash, invitationTicket, newLinkInvitation, signingKeyFromSecret } from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import { Failure, isCode } from './errors.ts'
import type { DialogueRecord, SpaceRecord } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'
import type { Space } from './space.ts'

/** So long the invitation lives that opens a leg, if this device is stopped in the middle. */
const PERMIT_MS = 10 * 60 * 1000

/**
 * Opens a leg at the relay by an invitation of this facilitator's own, which nobody else ever has: so the relay gives nobody
 * a space who could not invite (WR13). Asked again, it goes on.
 *
 * @returns false where another device has opened it before. Throws {@link Failure}.
 */
export async function openLegAtRelay(
  { device, loginSecret, space }: SpaceRecord,
  of: {
    /** In which it invites. The panel may itself be one that an invitation opened, and then opens nothing (DV13). */
    readonly room: Space
    readonly doors: RelayDoors
    readonly record: DialogueRecord
    readonly random: (length: number) => Uint8Array
    readonly now: () => number
  },
): Promise<boolean> {
  const { room, doors, record, random, now } = of
  const permit = newLinkInvitation(random)
  const ticket = invitationTicket(permit)
  const { id: invitation } = permit
  // What a link preview would be shown: nothing that means anything.
  const sealed = random(ID_BYTES)
  const made = { invitation, expiresAt: now() + PERMIT_MS, ticketHash: hash(ticket), record: sealed }
  await room.request({ type: 'invite', ...made }, 'done')
  const loginKey = signingKeyFromSecret(decoded(loginSecret)).publicKey
  const { retainUntil } = record.charter
  const opening = {
    permit: { type: 'invitation', invitation, ticket },
    device: decoded(device),
    loginKey,
    retainUntil,
  } as const
  const isOpened = await doors.openSpace({ ...opening, space: decoded(space) }).then(
    () => true,
    (failure: unknown) => {
      if (failure instanceof Failure && failure.code === 'exists') return false
      throw failure
    },
  )
  const state = INVITATION_STATES.indexOf('revoked')
  await room.request({ type: 'close-invitation', invitation, state }, 'done').catch((failure: unknown) => {
    if (!isCode(failure, ['not-found', 'used', 'declined', 'revoked', 'expired'])) throw failure
  })
  return isOpened
}
