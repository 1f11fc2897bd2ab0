import { round } from './activities/round/index.ts'
import { type AnyActivityKind, asAny } from './activity.ts'
import { EXITS } from './exits.ts'
import type { KnownParts } from './process.ts'

/** Every kind of activity. Adding one touches its folder, this list, its screen and its words. */
export const ACTIVITY_KINDS: readonly AnyActivityKind[] = [asAny(round)]

export const kindOf = (kind: string): AnyActivityKind | undefined => ACTIVITY_KINDS.find((one) => one.kind === kind)

/** The kind that knows a command, or an event's type. */
export const kindOfCommand = (command: string): AnyActivityKind | undefined =>
  ACTIVITY_KINDS.find((one) => one.commands.includes(command))

/** What a process may be made of. */
export const KNOWN_PARTS: KnownParts = {
  settingsOf: (kind) => kindOf(kind)?.settings,
  exitSettingsOf: (when) => EXITS[when]?.settings,
}
