import fc from 'fast-check'
import type { MirroringView } from '../activities/mirroring/view.ts'
import { ACTIVITY_KINDS, type ActivityCommand } from '../registry.ts'
import type { SpaceName } from '../space.ts'
import { TestDialogue, type Written } from './dialogue.ts'
import { Ledger, mark, tokensIn } from './ledger.ts'
import { ada, ben, chi, dov, fay, idOf, NORTH, roundKeyFor, type Someone, say, someone } from './people.ts'

/** One thing that somebody does; the numbers choose among what is there when it is played. */
export interface Move {
  readonly who: number
  readonly what: number
  readonly n: number
  readonly m: number
}

export const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({ who: fc.nat(11), what: fc.nat(999), n: fc.nat(999), m: fc.nat(999) }),
  { maxLength: 200, size: 'max' },
)

/** What is done in each stage, as often as it stands there, and at any time. */
const IN_STAGE: Readonly<Record<string, readonly string[]>> = {
  opening: ['affirm', 'affirm', 'advance'],
  sharing: ['openRound', 'openRound', 'offer', 'offer', 'offer', 'offer', 'passRound', 'closeRound', 'advance'],
  hearing: ['restate', 'restate', 'restate', 'judge', 'judge', 'judge', 'restate', 'judge', 'passRestating', 'advance'],
  brief: [
    ...['propose', 'turn', 'turn', 'turn', 'turn', 'turn', 'turn', 'turn', 'turn', 'settle', 'settle', 'settle'],
    ...['hold', 'everyoneTurns', 'everyoneTurns'],
  ],
}
const EVER = [
  ...['hostile', 'hostile', 'hostile', 'hostile', 'hostile', 'hostile', 'affirm', 'resume', 'resume', 'restart'],
  ...['advance', 'passRound', 'hold', 'release', 'drop', 'admit', 'pause', 'enter', 'leave', 'offer', 'turn'],
]

const eli = someone('Eli', 'participant', NORTH)
const HOSTILE = [
  ...['round.opened', 'contribution.offered', 'round.closed', 'round.passed', 'restatement.offered', 'round.key-kept'],
  ...['restatement.judged', 'mirroring.passed', 'line.proposed', 'line.dropped', 'line.turned', 'line.turn-revoked'],
  ...['line.passed', 'line.cleared', 'line.reopened', 'line.delivered', 'brief.released', 'stage.entered'],
  ...['room.paused', 'room.resumed', 'rules.affirmed', 'reason.noted'],
]

const LINE_COMMANDS: Readonly<Record<string, 'dropLine' | 'turnLine' | 'holdLine'>> = {
  drop: 'dropLine',
  turn: 'turnLine',
  hold: 'holdLine',
}

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]

/** Whether the table of its kind says of an event that it carries something out of another space. */
const carries = (event: unknown): boolean =>
  ACTIVITY_KINDS.some(({ events }) => events[(event as { type: string }).type]?.carries !== undefined)

/** Plays moves on a dialogue, and keeps the ledger beside it. */
export class Play {
  readonly table: TestDialogue
  readonly ledger = new Ledger()
  /** What was decided and carries something, though its table says nothing of it; it must stay empty (DS1). */
  readonly smuggled: unknown[] = []
  #recorded = 0
  #marks = 0

  /** @param late who has not accepted the ground rules when the play begins */
  constructor(people: readonly Someone[] = [ada, ben, chi, dov, fay], late?: Someone) {
    this.table = new TestDialogue(people)
    for (const person of people) if (person !== late) this.table.act(person, { type: 'affirmRules' })
    this.#record()
  }

  play({ who, what, n, m }: Move): void {
    const often = IN_STAGE[this.table.room.stage?.stage ?? ''] ?? []
    // Leaving ends much; it is left to one move in some hundred.
    const does = (what % 4 === 0 ? pick(EVER, what >> 2) : pick(often, what >> 2)) ?? ''
    this.does(does === 'leave' && n % 6 > 0 ? 'hostile' : does, { who, what, n, m })
  }

  does(does: string, { who, n, m }: Move): void {
    const person = pick(this.table.people, who) as Someone
    if (does === 'settle') this.table.settle()
    else if (does === 'restart') this.#restart(person, n)
    else if (does === 'admit') this.#admit()
    else if (does === 'hostile') this.#hostile(person, n, m)
    else if (does === 'everyoneTurns') for (const one of this.table.people) this.#command(one, 'turn', 0, 0)
    else this.#command(person, does, n, m)
    this.#record()
  }

  #record(): void {
    for (const entry of this.table.written.slice(this.#recorded)) this.ledger.record(entry, this.table)
    this.#recorded = this.table.written.length
  }

  readonly #words = (): string => mark(this.#marks++)

  #admit(): void {
    if (!this.table.people.some(({ seat }) => seat.id === eli.seat.id))
      this.table.change({ type: 'admitted', seat: eli.seat })
  }

  #restart(person: Someone, n: number): void {
    const space = pick([...this.table.device(person).keys()], n)
    if (space && space !== 'own') this.table.restart(person, space)
  }

  #command(person: Someone, does: string, n: number, m: number): void {
    const stages = this.table.room.charter.process.stages.map((stage) => stage.id)
    const ahead = stages[stages.indexOf(this.table.room.stage?.stage ?? '') + 1] ?? stages[1]
    const reason = this.#words()
    if (does === 'affirm') this.table.act(person, { type: 'affirmRules' })
    else if (does === 'pause' || does === 'leave') this.table.act(person, { type: does })
    else if (does === 'resume') this.table.act(fay, { type: 'resume' })
    else if (does === 'enter') this.table.act(person, { type: 'enterStage', stage: pick(stages, n) ?? '', reason })
    else if (does === 'advance') this.table.act(fay, { type: 'enterStage', stage: ahead ?? '', reason })
    else this.#inRun(person, does, n, m)
  }

  #inRun(person: Someone, does: string, n: number, m: number): void {
    const stage = this.table.room.charter.process.stages.find((one) => one.id === this.table.room.stage?.stage)
    const activity = pick(stage?.activities ?? [], n)?.id ?? ''
    const acting = this.#actingFor(person, does, m)
    const command = this.#activityCommand(acting, does, n, m)
    const run = this.table.run(activity)
    const decided = this.table.decide(acting, { run, command })
    for (const { space, event } of decided.ok ? decided.value : []) {
      const target = space === 'own' ? `own ${acting.seat.id}` : space
      const foreign = tokensIn(event).filter((token) => (this.ledger.origins.get(token) ?? target) !== target)
      if (foreign.length > 0 && !carries(event)) this.smuggled.push({ space, event })
    }
    this.table.act(acting, { run, command })
  }

  /** Whoever could do such a thing at all, so that more moves lead somewhere. */
  #actingFor(person: Someone, does: string, m: number): Someone {
    if (['openRound', 'closeRound', 'propose', 'drop', 'clear', 'release'].includes(does)) return fay
    if (does !== 'judge') return person
    const asked = this.table.people.filter((one) => (this.#mirroring(one)?.toJudge.length ?? 0) > 0)
    return pick(asked, m) ?? person
  }

  #mirroring(person: Someone): MirroringView | undefined {
    const seen = this.table.view(person).runs[0]?.view
    return seen?.kind === 'mirroring' ? seen : undefined
  }

  #activityCommand(person: Someone, does: string, n: number, m: number): ActivityCommand {
    const text = this.#words()
    const none = idOf('none')
    const mirroring = this.#mirroring(person)
    const contribution = (pick(mirroring?.toRestate ?? [], m)?.contribution.id ?? none) as never
    const restatement = (pick(mirroring?.toJudge ?? [], m)?.restatement.id ?? none) as never
    const line = (pick(this.#lines().slice(-1 - (m % 2)), m) ?? none) as never
    switch (does) {
      case 'openRound':
      case 'closeRound':
      case 'passRound':
        return { type: does }
      case 'offer':
        return { type: 'offerContribution', text, attribution: n % 2 ? 'side' : 'named' }
      case 'restate':
        return { type: 'offerRestatement', contribution, text }
      case 'judge':
        return {
          type: 'judgeRestatement',
          restatement,
          verdict: pick(['accurate', 'partly', 'not-yet'], n) ?? 'partly',
        }
      case 'passRestating':
        return { type: 'passRestating', contribution }
      case 'propose':
        return { type: 'proposeLine', text }
      case 'release':
        return { type: 'releaseBrief' }
      default:
        return { type: LINE_COMMANDS[does] ?? 'clearLine', line }
    }
  }

  readonly #counted = (type: string): readonly Written[] =>
    this.table.written.filter(({ body, setAside }) => !setAside && (body as { type: string }).type === type)

  readonly #lines = (): readonly string[] =>
    this.#counted('line.proposed').map(({ body }) => (body as { id: string }).id)

  /** Somebody's modified client writes what it likes into a space that it can write to. */
  #hostile(person: Someone, n: number, m: number): void {
    const space = pick(this.table.spacesOf(person), n) as SpaceName
    const runs = ['sharing/fears#1', 'sharing/needs#1', 'hearing/mirroring#1', 'hearing/mirroring#2', 'brief/brief#1']
    const ids = [...this.ledger.contributions.keys(), ...this.ledger.restatements.keys(), ...this.#lines()]
    const signed = this.#counted('line.turned').map(({ by, body }) => ({ by, body: body as Record<string, string> }))
    const line = pick(this.#lines(), m) ?? idOf('none')
    const text = this.#words()
    this.table.write(person, space, {
      v: 1,
      type: pick(HOSTILE, m),
      run: pick(runs, n + m),
      id: n % 3 ? idOf(`hostile ${n} ${m}`) : pick(ids, m),
      text,
      words: say(text),
      attribution: pick(['none', 'side', 'named'], n),
      contribution: pick([...this.ledger.contributions.keys()], n),
      restatement: pick([...this.ledger.restatements.keys()], n),
      verdict: 'accurate',
      line,
      lines: [line],
      subject: pick(signed, n)?.body.subject,
      signature: pick(signed, m)?.body.signature,
      ...(n % 2 && roundKeyFor(`hostile ${n % 6}`)),
      turns: Object.fromEntries(signed.map(({ by, body }) => [by, body.signature])),
      stage: pick(['opening', 'sharing', 'hearing', 'brief'], n),
      visit: 1 + (m % 3),
    })
  }
}
