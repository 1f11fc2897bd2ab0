import type { ContributionId, RunId } from '@antechamber/core'

/** Where the text in the making of a restatement is kept. */
export const draftField = (run: RunId, contribution: ContributionId): string => `${run}/${contribution}`
