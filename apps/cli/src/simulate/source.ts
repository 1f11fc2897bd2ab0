import { readCsv } from '../csv.ts'
import { diceFor } from '../dice.ts'
import { type LeftOut, readConversation } from './polis/conversation.ts'
import { scriptOf } from './polis/public-script.ts'
import { formSides } from './polis/sides.ts'
import { scenarioScript } from './scenario.ts'
import type { Script } from './script.ts'
import type { Settings } from './settings.ts'

/** Where what is said comes from. */
export type Source =
  | { readonly kind: 'scenario'; readonly name: string }
  | {
      readonly kind: 'conversation'
      /** People who voted on at least one statement that is played. */
      readonly voters: number
      /** Statements that may be played. */
      readonly statements: number
      /** Statements of the file that are not, and why. */
      readonly leftOut: LeftOut
      readonly groups: readonly {
        /** The published group's id. */
        readonly id: string
        /** How many people it has. */
        readonly members: number
        /** How many people on its side are not of the group, but vote most like it. */
        readonly toppedUp: number
      }[]
    }

/** Finds out who says what. Throws CommandError. */
export async function scriptFor(settings: Settings): Promise<{ readonly script: Script; readonly source: Source }> {
  const { files, sides, perSide, seed } = settings
  if (!files) return scenarioScript(settings)
  const conversation = readConversation(await readCsv(files.statements), await readCsv(files.votes))
  const formed = formSides(conversation, sides, perSide, diceFor(seed, 'sides'))
  const source: Source = {
    kind: 'conversation',
    voters: conversation.voters.length,
    statements: conversation.statements.length,
    leftOut: conversation.leftOut,
    groups: formed.map(({ group, members, toppedUp }) => ({ id: group, members: members.length, toppedUp })),
  }
  return { script: scriptOf(conversation, formed, seed), source }
}
