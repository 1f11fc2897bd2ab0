import type { DialogueView, Visit } from '@antechamber/core'
import { i18n } from '../../i18n/i18n.svelte.ts'
import { textOf } from '../../i18n/texts.ts'

/** The title of a stage. */
export function titleOf({ stages }: DialogueView, stage: string): string {
  const found = stages.find(({ id }) => id === stage)
  return found ? textOf(found.title).text : ''
}

/** The stages that visits are of, each once, as this language lists them. */
export const stagesIn = (view: DialogueView, visits: readonly Visit[]): string =>
  i18n.list([...new Set(visits.map(({ stage }) => stage))].map((stage) => titleOf(view, stage)))
