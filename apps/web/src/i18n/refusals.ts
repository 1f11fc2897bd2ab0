import type { FailureCode, StopCode } from '@antechamber/client'
import { i18n } from './i18n.svelte.ts'
import { isolate } from './isolate.ts'

/** Why something that a person asked for did not happen, in a plain sentence. `code`: of a rule, or of the relay. */
export function refusalText(code: string): string {
  const { rule, relay, unknown } = i18n.m.refusals
  const known: Readonly<Record<string, string | undefined>> = { ...relay, ...rule }
  return known[code] ?? unknown({ code: isolate(code) })
}

/** Why the relay, or the way to it, does not do what is needed. */
export const failureText = (code: FailureCode): string => i18n.m.refusals.relay[code]

/** Why a space has stopped on this device, and what to do. */
export const stopText = (code: StopCode): string => i18n.m.refusals.stopped[code]
