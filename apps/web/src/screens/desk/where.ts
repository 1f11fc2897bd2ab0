import type { DialogueStatus } from '@antechamber/client'
import { i18n } from '../../i18n/i18n.svelte.ts'
import { isolate } from '../../i18n/isolate.ts'
import { textOf } from '../../i18n/texts.ts'

/** Where a dialogue is, in one short line; empty where there is nothing to say of it. */
export function whereIs({ phase, isShutOut, notices, view }: DialogueStatus): string {
  const texts = i18n.m.desk.card
  if (phase === 'founding' && notices.some(({ code }) => code === 'failed')) return texts.unopened
  if (phase !== 'inside') return texts[phase]
  if (isShutOut) return texts.closed
  if (notices.some(({ code }) => code === 'stopped')) return texts.stopped
  if (!view) return texts.loading
  const at = view.stages.findIndex(({ status }) => status === 'now')
  const stage = view.stages[at]
  if (!stage) return ''
  return texts.stage({ stage: isolate(textOf(stage.title).text), n: at + 1, total: view.stages.length })
}
