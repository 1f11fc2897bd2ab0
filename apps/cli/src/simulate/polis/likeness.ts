import { UNSEEN, type Voter } from './conversation.ts'

const voteOf = (voter: Voter, at: number): number => {
  const vote = voter.votes[at] as number
  return vote === UNSEEN ? 0 : vote
}

/**
 * How alike two rows of votes are: the cosine of the angle between them, from -1 to 1. What somebody has not voted on
 * counts as 0, so that few votes in common make people less alike, not more; who has only passed is like nobody (0).
 *
 * Cost: one pass over the statements.
 */
export function likeness(voter: Voter, profile: ArrayLike<number>): number {
  let product = 0
  let own = 0
  let other = 0
  for (let at = 0; at < profile.length; at++) {
    const vote = voteOf(voter, at)
    const value = profile[at] as number
    product += vote * value
    own += vote * vote
    other += value * value
  }
  return own === 0 || other === 0 ? 0 : product / Math.sqrt(own * other)
}

/** The mean vote of several people on each statement; what somebody has not voted on is left out of its mean, none is 0. */
export function meanVotes(voters: readonly Voter[], statements: number): Float64Array {
  const sums = new Float64Array(statements)
  const counts = new Float64Array(statements)
  for (const { votes } of voters) {
    for (let at = 0; at < statements; at++) {
      if (votes[at] === UNSEEN) continue
      sums[at] = (sums[at] as number) + (votes[at] as number)
      counts[at] = (counts[at] as number) + 1
    }
  }
  return sums.map((sum, at) => (counts[at] === 0 ? 0 : sum / (counts[at] as number)))
}

/** Somebody's votes with 0 for what they have not voted on. */
export const filledVotes = (voter: Voter): Float64Array => Float64Array.from(voter.votes, (_, at) => voteOf(voter, at))
