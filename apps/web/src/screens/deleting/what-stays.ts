import type { LiveDialogue } from '../../engine/engine.svelte.ts'
import { i18n } from '../../i18n/i18n.svelte.ts'
import type { OtherKind } from './elsewhere.ts'

/** What deleting cannot do. Only what is one's own is never read without the server (ST24). */
export function whatStays({ status }: LiveDialogue, kind: OtherKind | 'room' = 'room'): string {
  const { doesNot, offline } = i18n.m.deleting
  return status.record.charter.readsOffline && kind !== 'own' ? `${doesNot} ${offline}` : doesNot
}
