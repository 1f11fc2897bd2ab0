import type { RunContext } from '../../activity.ts'
import { figure } from '../../disclosure.ts'

/** The ground rules as one person meets them. Who has accepted them and who has not is shown to nobody by name. */
export interface GroundRulesView {
  readonly kind: 'ground-rules'
  /** The rules' text by language, as the charter has it. */
  readonly rules: Readonly<Record<string, string>>
  /** This person has accepted them. If not, the command is `affirmRules`, which belongs to no run. */
  readonly mine: boolean
  /** Everyone in the room has accepted them. */
  readonly everyone: boolean
  /** How many have accepted them, or undefined where so few are there that it would tell who (GR3). */
  readonly affirmed: number | undefined
  /** How many are in the room, facilitators included. */
  readonly people: number
}

export function viewGroundRules({ world, me, charter }: RunContext<object, object>): GroundRulesView {
  const { roster, affirmed } = world.room.governing
  return {
    kind: 'ground-rules',
    rules: charter.rules,
    mine: affirmed.includes(me.id),
    everyone: roster.every(({ id }) => affirmed.includes(id)),
    affirmed: figure(affirmed.length, roster.length),
    people: roster.length,
  }
}
