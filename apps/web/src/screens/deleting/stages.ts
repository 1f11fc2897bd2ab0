import type { DialogueView, Visit } from '@antechamber/core'
import { i18n } from '../../i18n/i18n.svelte.ts'
import { textOf } from '../../i18n/texts.ts'
import { visitNames } from './visit-names.ts'

/** The title of a stage. */
export function titleOf({ stages }: DialogueView, stage: string): string {
  const found = stages.find(({ id }) => id === stage)
  return found ? textOf(found.title).text : ''
}

/** What visits are of, as this language lists it. */
export const stagesIn = (view: DialogueView, visits: readonly Visit[]): string =>
  i18n.list(visitNames(view, visits, { title: (stage) => titleOf(view, stage), visit: i18n.m.deleting.visit }))
