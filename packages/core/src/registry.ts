import type { BriefCommand } from './activities/brief/decide.ts'
import { brief } from './activities/brief/index.ts'
import type { BriefView } from './activities/brief/view.ts'
import { groundRules } from './activities/ground-rules/index.ts'
import type { GroundRulesView } from './activities/ground-rules/view.ts'
import type { MirroringCommand } from './activities/mirroring/decide.ts'
import { mirroring } from './activities/mirroring/index.ts'
import type { MirroringView } from './activities/mirroring/view.ts'
import type { RoundCommand } from './activities/round/decide.ts'
import { round } from './activities/round/index.ts'
import type { RoundView } from './activities/round/view.ts'
import { type AnyActivityKind, type AnyExit, asAny } from './activity.ts'
import { pathless } from './disclosure.ts'
import type { KnownParts } from './process.ts'
import { object } from './shape.ts'

/** Every kind of activity. Adding one touches its folder, this list, its screen and its words. */
export const ACTIVITY_KINDS: readonly AnyActivityKind[] = [
  asAny(groundRules),
  asAny(round),
  asAny(mirroring),
  asAny(brief),
]

/** @throws when an event carries something to where no path leads: a mistake of ours (DS1) */
export function checkPaths(kinds: readonly Pick<AnyActivityKind, 'events'>[]): void {
  const found = kinds.flatMap(({ events }) => pathless(events))
  if (found.length > 0) throw new Error(`no path of MOVES for ${found.join(', ')}`)
}
checkPaths(ACTIVITY_KINDS)

/** What a person may ask of a run, of whatever kind; the kind refuses what is not its own. */
export type ActivityCommand = RoundCommand | MirroringCommand | BriefCommand

/** What a person sees of a run; `kind` tells which. */
export type ActivityView = GroundRulesView | RoundView | MirroringView | BriefView

export const kindOf = (kind: string): AnyActivityKind | undefined => ACTIVITY_KINDS.find((one) => one.kind === kind)

/** The kind that knows a command. */
export const kindOfCommand = (command: string): AnyActivityKind | undefined =>
  ACTIVITY_KINDS.find((one) => one.commands.includes(command))

/** The facilitator's judgment: never met by itself, so that its reason is always noted. */
const DECLARED = 'declared'
const declared: AnyExit = { settings: object({}), met: () => false }

/** Every exit that a process may name. */
export const EXITS: ReadonlyMap<string, AnyExit> = new Map([
  [DECLARED, declared],
  ...ACTIVITY_KINDS.flatMap((kind) => Object.entries(kind.exits ?? {})),
])

export const exitOf = (when: string): AnyExit | undefined => EXITS.get(when)

/** What a process may be made of. */
export const KNOWN_PARTS: KnownParts = {
  settingsOf: (kind) => kindOf(kind)?.settings,
  exitSettingsOf: (when, kinds) => {
    const isOfAKind = ACTIVITY_KINDS.some(({ kind, exits }) => kinds.includes(kind) && Object.hasOwn(exits ?? {}, when))
    return when === DECLARED || isOfAKind ? exitOf(when)?.settings : undefined
  },
}
