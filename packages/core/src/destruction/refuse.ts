import type { Proofs } from '../activity.ts'
import type { SeatId } from '../ids.ts'
import type { Seat } from '../roster.ts'
import { type SpaceKind, sideOf, spaceKind } from '../space.ts'
import type { Governing } from '../state.ts'
import { refuseTurns, type TurnPurpose, turnsOver } from '../turns.ts'
import { type DestructionEvent, MAX_DESTROYED } from './events.ts'
import { owedBy } from './evolve.ts'
import { leftBehind, quorumIn, subjectOf } from './extent.ts'

type Of<T extends DestructionEvent['type']> = Extract<DestructionEvent, { readonly type: T }>

/** Rules DX1 to DX7 of docs/spec/destruction.md, TN1 and TN3 of turns.md. */
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
      return undefined
  }
}

/** Outside the room everybody who is there may ask: it takes others' yeses all the same. */
function refuseActing({ space, affirmed, paused }: Governing, by: Seat): string | undefined {
  if (space !== 'room') return undefined
  if (by.role !== 'facilitator') return 'not-a-facilitator'
  if (!affirmed.includes(by.id)) return 'not-affirmed'
  return paused ? 'paused' : undefined
}

function refuseAsking(governing: Governing, { id, upTo }: Of<'destruction.asked'>): string | undefined {
  if (governing.destruction) return 'already-asked'
  if (governing.destroyed.some((one) => one.id === id)) return 'id-taken'
  if (governing.destroyed.length >= MAX_DESTROYED) return 'too-many'
  return leftBehind(governing, upTo) ? undefined : 'no-such-chapter'
}

function refuseAgreeing(
  governing: Governing,
  { id, turns }: Of<'destruction.agreed'>,
  proofs: Proofs,
): string | undefined {
  const { destruction } = governing
  if (destruction?.id !== id) return 'no-such-destruction'
  if (destruction.turns) return 'already-agreed'
  const subject = subjectOf(proofs, governing, destruction)
  const refused = refuseTurns({ ...governing, proofs }, subject, turns, quorumIn(governing))
  if (refused || governing.space === 'room') return refused
  // Where it is agreed in the space that the yeses are given in, one that was taken back there is none.
  const stand = turnsOver(governing.turns, id, subject)
  return Object.keys(turns).every((seat) => stand[seat as SeatId]) ? undefined : 'turn-missing'
}

/** Until it is agreed whoever may ask may drop it; afterwards it takes somebody whose yes it carries (DX4). */
function refuseStopping(
  { space, destruction }: Governing,
  by: Seat,
  { id }: Of<'destruction.stopped'>,
): string | undefined {
  if (destruction?.id !== id) return 'no-such-destruction'
  if (!destruction.turns) return space !== 'room' || by.role === 'facilitator' ? undefined : 'not-a-facilitator'
  return space === 'own' || destruction.turns[by.id] ? undefined : 'not-turned'
}

function refuseConfirming(
  governing: Governing,
  by: Seat,
  { id, device }: Of<'destruction.confirmed'>,
): string | undefined {
  if (!governing.destroyed.some((one) => one.id === id)) return 'no-such-destruction'
  if (!by.devices.some((one) => one.device === device)) return 'not-a-member'
  return owedBy(governing, device).includes(id) ? undefined : 'already-confirmed'
}

/** Where each yes is given (TN1). */
const GIVEN_IN: Readonly<Partial<Record<TurnPurpose, SpaceKind>>> = {
  destruction: 'caucus',
  'caucus-destruction': 'caucus',
  'panel-destruction': 'panel',
  'leg-destruction': 'leg',
  'caucus-entry': 'caucus',
  'past-chapter': 'caucus',
  'caucus-past-chapter': 'caucus',
}

function refuseTurn(
  { space }: Governing,
  by: Seat,
  { purpose, subject, signature }: Of<'turn.given'>,
  proofs: Proofs,
): string | undefined {
  if (GIVEN_IN[purpose] !== spaceKind(space)) return 'not-in-this-space'
  if (space === 'panel') {
    if (by.role !== 'facilitator') return 'not-a-facilitator'
  } else if (spaceKind(space) === 'caucus') {
    if (by.role !== 'participant') return 'not-a-participant'
    if (by.side !== sideOf(space)) return 'not-of-this-side'
  }
  return proofs.signed(by, subject, signature) ? undefined : 'bad-turn'
}
