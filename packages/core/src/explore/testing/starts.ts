import type { Bounds } from './menu.ts'

/** Where an exploration begins: what was done before, by the labels of moves, and how many commands it goes on for. */
export interface Start {
  readonly name: string
  readonly prelude: readonly string[]
  readonly depth: number
  readonly bounds?: Partial<Bounds>
}

const everyone = (does: string): readonly string[] => ['Ada', 'Ben', 'Chi', 'Dov', 'Fay'].map((who) => `${who} ${does}`)

const affirmed = everyone('affirmRules')
const sharing = [...affirmed, 'Fay enterStage sharing', 'Fay openRound sharing/fears#1']
const offerOf = (who: string, attribution: string): string =>
  `${who} offerContribution sharing/fears#1 ⟦room:${who}-f1-${attribution[0]}0⟧ ${attribution}`
const offered = [...sharing, offerOf('Ada', 'side'), offerOf('Chi', 'named')]
const lost = [
  ...[...affirmed, 'Fay enterStage sharing', 'Fay openRound sharing/fears#1, the last write alone'],
  ...[offerOf('Ada', 'side'), offerOf('Chi', 'named')],
]
const CHIS = 'Chi-f1-n0'.padEnd(22, '-')
const ADAS = 'Ada-f1-s0'.padEnd(22, '-')
const restated = (who: string, of: string): string =>
  `${who} offerRestatement hearing/mirroring#1 ${of} ⟦room:${who}-m1-${of.replace(/-+$/, '')}-0⟧`
const reason = (stage: string): string => `Fay enterStage ${stage} ⟦panel:Fay-${stage}⟧`
const hearing = [...offered, 'Fay closeRound sharing/fears#1', reason('hearing')]
const brief = [...affirmed, reason('brief')]
const LINE = 'Fay-b1-0'.padEnd(22, '-')
const proposed = [...brief, 'Fay proposeLine brief/brief#1 ⟦room:Fay-b1-0⟧']
const turned = (who: string): string => `${who} turnLine brief/brief#1 ${LINE}`
const cleared = [...proposed, ...['Ada', 'Ben', 'Chi', 'Dov'].map(turned), `Fay clearLine brief/brief#1 ${LINE}`]

const opens = 'Fay opens a chapter'
const bounds = { destroys: true }
const told = [
  ...[opens, ...affirmed, 'Fay enterStage sharing', opens, 'Fay openRound sharing/fears#1'],
  ...[offerOf('Ada', 'side'), offerOf('Chi', 'named'), 'Fay closeRound sharing/fears#1', reason('hearing'), opens],
]
const UP_TO = 'header-2'.padEnd(43, '-')
const agreeing = [
  ...told,
  `Fay askDestruction ${UP_TO}`,
  ...['Ada', 'Ben', 'Chi', 'Dov'].map((who) => `${who} turnDestruction`),
]

/** One in each stage, and those in which much has happened already. */
export const STARTS: Readonly<Record<string, Pick<Start, 'prelude' | 'bounds'>>> = {
  'the opening': { prelude: [] },
  'the opening of a round': { prelude: [...affirmed, 'Fay enterStage sharing'] },
  'a round is open': { prelude: sharing },
  'a round that nobody can open': { prelude: lost },
  'a round is written in': { prelude: offered },
  mirroring: { prelude: hearing },
  'mirroring, with restatements that wait': {
    prelude: [...hearing, restated('Chi', ADAS), restated('Dov', ADAS), restated('Ben', CHIS)],
  },
  'a line is proposed': { prelude: proposed },
  'a line waits for one person': { prelude: [...proposed, ...['Ada', 'Ben', 'Chi'].map(turned)] },
  'a line is cleared': { prelude: cleared },
  'a brief of an earlier visit': { prelude: [...cleared, 'Fay enterStage hearing', 'Fay enterStage brief'] },
  'what was said may be destroyed': { prelude: told, bounds },
  'each side has agreed to destroy': { prelude: [...agreeing, 'Fay agreeDestruction', opens], bounds },
  'people are taken out before it is destroyed': {
    prelude: [...agreeing, 'Fay agreeDestruction', opens],
    bounds: { destroys: true, takesOut: true },
  },
  'people are taken out': { prelude: cleared, bounds: { takesOut: true } },
}

/** The starts with how deep to go from each. */
export const startsOf = (depths: Readonly<Record<string, number>>): readonly Start[] =>
  Object.entries(depths).map(([name, depth]) => {
    const start = STARTS[name]
    if (!start) throw new Error(`no start is called ${name}`)
    return { name, depth, ...start }
  })
