import type { DialogueStatus } from '@antechamber/client'
import type { DialogueView, LegView, SeatId } from '@antechamber/core'
import { i18n } from '../../i18n/i18n.svelte.ts'

/** Longest words, in Unicode code points, as the core counts. */
export const MAX_CHARS = 600

type Status = { readonly status: DialogueStatus }

/** Where what is being written to somebody alone is kept. */
export const draftField = (seat: SeatId): string => `leg-${seat}`

export const legOf = ({ legs }: DialogueView, seat: SeatId | undefined): LegView | undefined =>
  legs.find((leg) => leg.with === seat)

/** The name that somebody goes by, as it stands in a sentence. */
export function nameOf({ people, legs }: DialogueView, seat: SeatId | undefined): string {
  const known = people.find((one) => one.seat === seat)?.name ?? legs.find((leg) => leg.with === seat)?.name ?? ''
  return known === '' ? i18n.m.leg.unnamed : known
}

/** Those of this person's lines in which something is to be read, or to be answered. */
export const calling = (status: DialogueStatus): readonly SeatId[] => {
  const asked = (status.view?.legs ?? []).filter((leg) => isAskedIn(status.view, leg.with))
  const unread = status.legs.filter(({ unread }) => unread > 0)
  return [...new Set([...unread, ...asked].map((leg) => leg.with))]
}

/** Whether the other asks to have something deleted, and this person has said nothing to it. */
const isAskedIn = (view: DialogueView | undefined, seat: SeatId): boolean =>
  view?.destructionElsewhere.some(
    ({ space, destruction }) =>
      space.startsWith('leg:') && space.split(':').includes(seat) && destruction.asked?.mine === 'undecided',
  ) === true

/** What somebody has written to another alone and is not sent yet. */
export const unsentIn = ({ status }: Status, seat: SeatId | undefined): readonly string[] =>
  status.pending.flatMap(({ command }) =>
    'type' in command && command.type === 'sayInLeg' && command.with === seat ? [command.text] : [],
  )

/** `new`: the other has not come into it yet. `gone`: they are in the room no more. `over`: they have ended it. */
export function standingOf(
  { status }: Status,
  view: DialogueView,
  seat: SeatId | undefined,
): 'new' | 'there' | 'gone' | 'over' {
  const isOver = status.legs.find((one) => one.with === seat)?.isOver
  const leg = legOf(view, seat)
  if (!view.people.some((one) => one.seat === seat)) return 'gone'
  if (isOver) return 'over'
  return leg?.isThere ? 'there' : 'new'
}
