import type { BriefView } from '../activities/brief/view.ts'
import type { MirroringView } from '../activities/mirroring/view.ts'
import type { ContributionId, LineId } from '../ids.ts'
import type { Attribution } from '../state.ts'
import { textsIn } from '../texts.ts'
import { TestDialogue } from './dialogue.ts'
import { ada, ben, chi, dov, fay, type Someone } from './people.ts'

/** A dialogue in which everyone has accepted the rules, and which is in this stage. */
export const dialogueIn = (stage: string, ...of: ConstructorParameters<typeof TestDialogue>): TestDialogue =>
  new TestDialogue(...of).affirmAll().enter(stage)

export const offer = (table: TestDialogue, who: Someone, text: string, attribution: Attribution = 'side') =>
  table.do(who, 'fears', { type: 'offerContribution', text, attribution })

/** A round of fears, opened, written in by Ada and Chi, and closed; then mirroring. */
export function dialogueInHearing(...of: ConstructorParameters<typeof TestDialogue>): TestDialogue {
  const table = dialogueIn('sharing', ...of)
  table.do(fay, 'fears', { type: 'openRound' })
  offer(table, ada, 'that the well runs dry')
  offer(table, chi, 'that nobody asks us', 'named')
  table.do(fay, 'fears', { type: 'closeRound' })
  return table.enter('hearing')
}

export const mirroringOf = (table: TestDialogue, who: Someone): MirroringView => table.runView(who, 'mirroring')

/** The id of the contribution with these words. */
export const idFor = (table: TestDialogue, text: string): ContributionId =>
  textsIn(table.state(fay, 'room')).find(([, one]) => one === text)?.[0] as ContributionId

export const restate = (table: TestDialogue, who: Someone, of: string, text: string) =>
  table.do(who, 'mirroring', { type: 'offerRestatement', contribution: idFor(table, of), text })

export const judge = (table: TestDialogue, who: Someone, text: string, verdict: string) =>
  table.do(who, 'mirroring', { type: 'judgeRestatement', restatement: idFor(table, text), verdict })

export const briefOf = (table: TestDialogue, who: Someone): BriefView => table.runView(who, 'brief')

/** Fay proposes a line. @returns its id */
export function propose(table: TestDialogue, text: string): LineId {
  const code = table.do(fay, 'brief', { type: 'proposeLine', text })
  if (code !== undefined) throw new Error(code)
  return table.runView<BriefView>(fay, 'brief').lines.at(-1)?.line as LineId
}

export const turn = (table: TestDialogue, who: Someone, line: LineId) =>
  table.do(who, 'brief', { type: 'turnLine', line })
export const hold = (table: TestDialogue, who: Someone, line: LineId) =>
  table.do(who, 'brief', { type: 'holdLine', line })

/** Everyone says yes to a line, and the devices do what follows. */
export function turnAll(table: TestDialogue, line: LineId, people: readonly Someone[] = [ada, ben, chi, dov]): void {
  for (const who of people) turn(table, who, line)
  table.settle()
}
