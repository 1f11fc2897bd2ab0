import type { Dice } from '../../dice.ts'
import { CommandError, EXIT } from '../../exit.ts'
import type { Conversation, Voter } from './conversation.ts'
import { likeness, meanVotes } from './likeness.ts'

/** One side of a public conversation that is played. */
export interface PublicSide {
  /** The published group's own id. */
  readonly group: string
  /** All of the published group. */
  readonly members: readonly Voter[]
  /** Who takes part, in the order of the file. */
  readonly seated: readonly Voter[]
  /** How many of the seated are not of the group. */
  readonly toppedUp: number
}

interface Group {
  readonly id: string
  readonly members: readonly Voter[]
}

/** The published groups, the largest first; of two alike, the one with the smaller id. */
function groupsOf(voters: readonly Voter[]): readonly Group[] {
  const byId = new Map<string, Voter[]>()
  for (const voter of voters) {
    if (voter.group === undefined) continue
    const members = byId.get(voter.group)
    if (members) members.push(voter)
    else byId.set(voter.group, [voter])
  }
  return [...byId]
    .map(([id, members]) => ({ id, members }))
    .sort((a, b) => b.members.length - a.members.length || a.id.localeCompare(b.id, 'en', { numeric: true }))
}

/**
 * Seats `perSide` people on each of `count` sides: the largest published groups, cut to size by the dice, topped up
 * with those who vote most like them.
 *
 * Throws CommandError with the numbers when there are too few people or groups.
 */
export function formSides(
  { voters, statements }: Conversation,
  count: number,
  perSide: number,
  dice: Dice,
): readonly PublicSide[] {
  const wanted = `${count} sides of ${perSide}`
  if (voters.length < count * perSide) {
    throw new CommandError(
      EXIT.badData,
      `too few people: ${wanted} need ${count * perSide}, the conversation has ${voters.length} who voted on what is played`,
    )
  }
  const groups = groupsOf(voters)
  if (groups.length < count) {
    throw new CommandError(
      EXIT.badData,
      `too few groups: ${wanted} need ${count} published groups, the conversation has ${groups.length} (column "group-id")`,
    )
  }
  const chosen = groups.slice(0, count)
  const seated = chosen.map(({ members }) => dice.shuffled(members).slice(0, perSide))
  topUp(seated, chosen, voters, statements.length, perSide)
  const order = new Map(voters.map((voter, at) => [voter, at]))
  return chosen.map(({ id, members }, side) => {
    const people = [...(seated[side] ?? [])].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    return { group: id, members, seated: people, toppedUp: people.filter(({ group }) => group !== id).length }
  })
}

/**
 * Fills the smallest side first, one person at a time, with the person who votes most like its published group. People
 * whom a larger side had no room for come last: they have a side of their own already.
 */
function topUp(
  seated: Voter[][] | (readonly Voter[])[],
  groups: readonly Group[],
  voters: readonly Voter[],
  statements: number,
  perSide: number,
): void {
  const profiles = groups.map(({ members }) => meanVotes(members, statements))
  const taken = new Set(seated.flat())
  const chosen = new Set(groups.map(({ id }) => id))
  for (;;) {
    const sizes = seated.map((people) => people.length)
    const side = sizes.indexOf(Math.min(...sizes))
    if ((sizes[side] as number) >= perSide) return
    const free = voters.filter((voter) => !taken.has(voter))
    const unsided = free.filter(({ group }) => group === undefined || !chosen.has(group))
    const next = mostAlike(unsided.length > 0 ? unsided : free, profiles[side] as Float64Array)
    taken.add(next)
    seated[side] = [...(seated[side] ?? []), next]
  }
}

/** Of two who are alike, the one who comes first in the file. */
function mostAlike(candidates: readonly Voter[], profile: Float64Array): Voter {
  let best = candidates[0] as Voter
  let most = likeness(best, profile)
  for (const voter of candidates.slice(1)) {
    const alike = likeness(voter, profile)
    if (alike > most) [best, most] = [voter, alike]
  }
  return best
}
