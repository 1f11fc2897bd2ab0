import type { ActivityKind, RunEvent } from '../../activity.ts'
import { object } from '../../shape.ts'
import { allAffirmed } from './exit.ts'
import { type GroundRulesView, viewGroundRules } from './view.ts'

/**
 * Everyone accepts the ground rules of the charter. The accepting itself belongs to the dialogue as a whole
 * (`rules.affirmed`, the command `affirmRules`), because somebody who comes in a later stage must do it too: this
 * activity only shows how far it is. Source: docs/spec/ground-rules.md.
 */
export const groundRules: ActivityKind<object, object, RunEvent, never, GroundRulesView> = {
  kind: 'ground-rules',
  settings: object({}),
  empty: {},
  state: object({}),
  events: {},
  commands: [],
  refuse: () => 'unknown-event',
  evolve: (state) => ({ state }),
  decide: (command) => command,
  view: viewGroundRules,
  exits: { 'all-affirmed': allAffirmed },
  beforeAffirmation: true,
}
