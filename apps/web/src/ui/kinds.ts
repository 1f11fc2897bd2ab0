import type { IconName } from './icons.ts'

/** What kinds of thing people say, each with its drawing. */
export const KINDS = {
  perception: 'seen',
  fear: 'ripple',
  need: 'bowl',
} as const satisfies Record<string, IconName>

/** A kind that has a word in `m.speech.kind` and a drawing. */
export type SpeechKind = keyof typeof KINDS
