import type { Brief } from '@antechamber/client/brief'

/** A brief with these lines, in English: what stands around them says that they come from a play. */
export const playedBrief = (lines: readonly string[]): Brief => ({
  heading: 'Brief',
  notice:
    'From a simulated dialogue. In a real one, everybody speaks in a personal capacity, and nothing here is an official position.',
  lines,
  empty: 'No line was cleared by every side.',
  language: 'en',
})
