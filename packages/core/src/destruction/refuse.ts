import type { Proofs } from '../activity.ts'
import type { Seat } from '../roster.ts'
import { sideOf } from '../space.ts'
import type { Governing } from '../state.ts'
import { QUORUM_OF, refuseTurns } from '../turns.ts'
import { type DestructionEvent, MAX_ABOUT, MAX_DESTROYED } from './events.ts'
import { subjectOf, visitsUpTo } from './extent.ts'

type Of<T extends DestructionEvent['type']> = Extract<DestructionEvent, { readonly type: T }>

/** Rules DX1 to DX7 of docs/spec/destruction.md, TN3 of turns.md. */
export function refuseDestructionEvent(
  governing: Governing,
  by: Seat,
  event: DestructionEvent,
  proofs: Proofs,
): string | undefined {
  if (governing.leaving.includes(by.id)) return 'has-left'
  switch (event.type) {
    case 'destruction.asked':
      return refuseActing(governing, by) ?? refuseAsking(governing, event)
    case 'destruction.agreed':
      return refuseActing(governing, by) ?? refuseAgreeing(governing, event, proofs)
    case 'destruction.stopped':
      return refuseStopping(governing, by, event)
    case 'destruction.confirmed':
      return refuseConfirming(governing, by, event)
    case 'turn.given':
      return refuseTurn(governing, by, event, proofs)
    case 'turn.revoked':
      return governing.turns[event.about]?.[by.id] ? undefined : 'not-turned'
    case 'turn.passed':
      return governing.passed.length < MAX_ABOUT ? undefined : 'too-many'
  }
}

function refuseActing({ affirmed, paused }: Governing, by: Seat): string | undefined {
  if (by.role !== 'facilitator') return 'not-a-facilitator'
  if (!affirmed.includes(by.id)) return 'not-affirmed'
  return paused ? 'paused' : undefined
}

function refuseAsking(governing: Governing, { id, upTo }: Of<'destruction.asked'>): string | undefined {
  if (governing.destruction) return 'already-asked'
  if (governing.destroyed.some((one) => one.id === id)) return 'id-taken'
  if (governing.destroyed.length >= MAX_DESTROYED) return 'too-many'
  return visitsUpTo(governing, upTo) ? undefined : 'no-such-chapter'
}

function refuseAgreeing(
  governing: Governing,
  { id, turns }: Of<'destruction.agreed'>,
  proofs: Proofs,
): string | undefined {
  const { destruction, charter } = governing
  if (destruction?.id !== id) return 'no-such-destruction'
  if (destruction.turns) return 'already-agreed'
  const subject = subjectOf(proofs, charter, destruction)
  return refuseTurns({ ...governing, proofs }, subject, turns, QUORUM_OF.destruction)
}

/** Until every side has agreed a facilitator may drop it; afterwards it takes somebody whose yes it carries (DX4). */
function refuseStopping({ destruction }: Governing, by: Seat, { id }: Of<'destruction.stopped'>): string | undefined {
  if (destruction?.id !== id) return 'no-such-destruction'
  if (!destruction.turns) return by.role === 'facilitator' ? undefined : 'not-a-facilitator'
  return destruction.turns[by.id] ? undefined : 'not-turned'
}

function refuseConfirming(
  { destroyed }: Governing,
  by: Seat,
  { id, device }: Of<'destruction.confirmed'>,
): string | undefined {
  const found = destroyed.find((one) => one.id === id)
  if (!found) return 'no-such-destruction'
  if (!by.devices.some((one) => one.device === device)) return 'not-a-member'
  return found.confirmed.includes(device) ? 'already-confirmed' : undefined
}

function refuseTurn(
  { space, turns }: Governing,
  by: Seat,
  { about, subject, signature }: Of<'turn.given'>,
  proofs: Proofs,
): string | undefined {
  if (by.role !== 'participant') return 'not-a-participant'
  if (by.side !== sideOf(space)) return 'not-of-this-side'
  if (!turns[about] && Object.keys(turns).length >= MAX_ABOUT) return 'too-many'
  return proofs.signed(by, subject, signature) ? undefined : 'bad-turn'
}
