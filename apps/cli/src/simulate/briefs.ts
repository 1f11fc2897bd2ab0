import type { BriefView, RunId } from '@antechamber/core'
import { act, type Player, runSeenBy, until } from './player.ts'
import type { Participant, Room } from './room.ts'
import { isClearedInScript } from './script.ts'

/** The brief: lines are proposed, everybody turns each of them or says "not yet", and what is cleared is released. */
export async function playBrief(room: Room, run: RunId): Promise<void> {
  const { script, facilitator, participants, tally } = room
  for (const { text } of script.lines) {
    await act(facilitator, run, { type: 'proposeLine', text })
    tally.proposed += 1
  }
  await Promise.all(participants.map((one) => answerLines(room, run, one)))
  await until(facilitator, 'the lines to be cleared', () => isAsScripted(room, runSeenBy(facilitator, run, 'brief')))
  await act(facilitator, run, { type: 'releaseBrief' })
  const read = await Promise.all(
    [facilitator, ...participants.map(({ player }) => player)].map((one) => readBrief(run, one)),
  )
  const [first = [], ...others] = read
  // Every device has worked it out for itself, from envelopes that the relay could have tampered with.
  if (others.some((texts) => JSON.stringify(texts) !== JSON.stringify(first)))
    throw new Error('devices read different briefs')
  tally.cleared += first.length
  room.released = [...room.released, ...first]
}

async function answerLines({ script, step }: Room, run: RunId, { player, side, person }: Participant): Promise<void> {
  const { lines } = script
  await until(player, 'the lines', () => runSeenBy(player, run, 'brief')?.lines.length === lines.length)
  for (const { line, text } of runSeenBy(player, run, 'brief')?.lines ?? []) {
    const turns = lines.find((one) => one.text === text)?.turned[side]?.[person] ?? false
    await act(player, run, { type: turns ? 'turnLine' : 'holdLine', line })
    step()
  }
}

const isAsScripted = ({ script }: Room, seen: BriefView | undefined): boolean =>
  seen !== undefined &&
  script.lines.every((line, at) => (seen.lines[at]?.room === 'cleared') === isClearedInScript(line))

async function readBrief(run: RunId, player: Player): Promise<readonly string[]> {
  const released = () => runSeenBy(player, run, 'brief')?.released
  await until(player, 'the brief', () => released()?.every(({ text }) => text !== undefined) === true)
  return (released() ?? []).map(({ text }) => text ?? '')
}
