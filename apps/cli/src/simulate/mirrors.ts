import type { MirroringView, RunId, SideId } from '@antechamber/core'
import { act, runSeenBy, until } from './player.ts'
import type { Participant, Room } from './room.ts'
import { listenerOf, type Saying } from './script.ts'

/** By the side and the words that are said back, which no side says twice: what this person says. */
type Duties = ReadonlyMap<string, Saying>

const keyOf = (side: SideId | undefined, text: string | undefined): string => `${side}\n${text}`

/** Mirroring: all at once, everybody says back what is theirs to say back, and judges what is said of their own words. */
export async function playMirroring(room: Room, run: RunId): Promise<void> {
  const { participants, facilitator } = room
  const duties = dutiesOf(room)
  await Promise.all([
    ...participants.map((one) => mirror(room, run, one, duties.get(one) ?? new Map())),
    until(facilitator, 'everybody to be understood', () => isOver(runSeenBy(facilitator, run, 'mirroring'))),
  ])
}

const isOver = (seen: MirroringView | undefined): boolean => seen !== undefined && seen.confirmed.length === seen.of

function dutiesOf({ script, participants }: Room): ReadonlyMap<Participant, Duties> {
  const duties = new Map(participants.map((one) => [one, new Map<string, Saying>()]))
  const said = script.sides.map(() => 0)
  for (const { player, side, person, scripted } of participants) {
    for (const saying of Object.values(scripted.says)) {
      const at = said[side] as number
      said[side] = at + 1
      const seat = listenerOf(script.sides, { side, person }, at)
      const listener = participants.find((one) => one.side === seat.side && one.person === seat.person)
      if (listener) duties.get(listener)?.set(keyOf(player.side, saying.text), saying)
    }
  }
  return duties
}

async function mirror(room: Room, run: RunId, participant: Participant, duties: Duties): Promise<void> {
  const { player, scripted } = participant
  const own = new Map(Object.values(scripted.says).map((saying) => [saying.text, saying]))
  for (;;) {
    await until(player, 'words to say back', () => {
      const seen = runSeenBy(player, run, 'mirroring')
      return isOver(seen) || (seen !== undefined && (open(seen, duties).length > 0 || seen.toJudge.length > 0))
    })
    const seen = runSeenBy(player, run, 'mirroring')
    if (!seen || isOver(seen)) return
    for (const { contribution, restatement } of seen.toJudge) {
      const saying = own.get(contribution.text ?? '')
      await judge(room, run, participant, restatement.id, restatement.text === saying?.heard ? undefined : saying)
    }
    for (const { contribution, mine } of open(seen, duties)) {
      const saying = duties.get(keyOf(contribution.origin.side, contribution.text)) as Saying
      const text = mine === 'nothing' ? (saying.heardAtFirst?.text ?? saying.heard) : saying.heard
      await act(player, run, { type: 'offerRestatement', contribution: contribution.id, text })
      room.tally.restatements += 1
    }
  }
}

/** What waits for this person to say it back. */
const open = ({ toRestate }: MirroringView, duties: Duties): MirroringView['toRestate'] =>
  toRestate.filter(
    ({ contribution, mine }) => mine !== 'waiting' && duties.has(keyOf(contribution.origin.side, contribution.text)),
  )

/** @param incomplete what the author has said, where the restatement is not yet all of it */
async function judge(
  { tally, step }: Room,
  run: RunId,
  { player }: Participant,
  restatement: MirroringView['toJudge'][number]['restatement']['id'],
  incomplete: Saying | undefined,
): Promise<void> {
  const verdict = incomplete ? (incomplete.heardAtFirst?.verdict ?? 'not-yet') : 'accurate'
  await act(player, run, { type: 'judgeRestatement', restatement, verdict })
  if (incomplete) tally.sentBack += 1
  else {
    tally.confirmed += 1
    step()
  }
}
