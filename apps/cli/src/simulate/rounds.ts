import type { RunId } from '@antechamber/core'
import { act, runSeenBy, until } from './player.ts'
import type { Participant, Room } from './room.ts'

/** A round: everybody writes or passes at the same time; then it is closed, and everybody reads what there is. */
export async function playRound(room: Room, run: RunId): Promise<void> {
  const { facilitator, participants, tally } = room
  await act(facilitator, run, { type: 'openRound' })
  const wrote = await Promise.all(participants.map((one) => write(room, run, one)))
  await act(facilitator, run, { type: 'closeRound' })
  const count = wrote.filter(Boolean).length
  await Promise.all(
    participants.map(({ player }) =>
      until(player, 'what was shared', () => {
        const seen = runSeenBy(player, run, 'round')
        return seen?.status === 'closed' && seen.pool.filter(({ text }) => text !== undefined).length === count
      }),
    ),
  )
  tally.passed += participants.length - count
}

/** @returns whether this person has written; otherwise they passed */
async function write({ tally, step }: Room, run: RunId, { player, scripted }: Participant): Promise<boolean> {
  await until(player, 'the round', () => runSeenBy(player, run, 'round')?.status === 'open')
  const seen = runSeenBy(player, run, 'round')
  const saying = seen && scripted.says[seen.contribution]
  const attribution = seen?.attributions[0]
  if (seen && saying && attribution) {
    await act(player, run, { type: 'offerContribution', text: saying.text, attribution })
    tally.contributions[seen.contribution] += 1
  } else await act(player, run, { type: 'passRound' })
  step()
  return saying !== undefined
}
