import type { DialogueView, Visit } from '@antechamber/core'
import { isolate } from '../../i18n/isolate.ts'

/**
 * What visits are called, so that whoever says yes to some does not take it for a yes to others: of a stage that has
 * been entered more than once, which visit.
 *
 * @param say the language's own words
 */
export const visitNames = (
  { stages }: Pick<DialogueView, 'stages'>,
  visits: readonly Visit[],
  say: {
    readonly title: (stage: string) => string
    readonly visit: (of: { readonly stage: string; readonly n: number }) => string
  },
): readonly string[] =>
  visits.map(({ stage, visit: n }) => {
    const title = isolate(say.title(stage))
    return stages.some((one) => one.id === stage && one.visits > 1) ? say.visit({ stage: title, n }) : title
  })
