import type { ChapterName, DialogueView, SeatId } from '@antechamber/core'
import { i18n } from '../../i18n/i18n.svelte.ts'
import { isolate } from '../../i18n/isolate.ts'
import { stagesIn } from '../deleting/stages.ts'

/** What a chapter of the room is called: its stage, the visit where there were several, and which part of it. */
export function partName(view: DialogueView, { visit = '', part }: ChapterName): string {
  const [stage = '', n = '1'] = visit.split('#')
  const name = stagesIn(view, [{ stage, visit: Number(n) }])
  return part === undefined ? name : i18n.m.earlier.part({ stage: name, n: part })
}

/** Somebody's name as it is shown in a sentence. */
export function nameOf({ people }: DialogueView, seat: SeatId): string {
  const name = people.find((one) => one.seat === seat)?.name ?? ''
  return isolate(name === '' ? i18n.m.earlier.somebody : name)
}
