import type {
  ContributionId,
  GroundRulesView,
  MirroringView,
  PastVisit,
  RestatementId,
  RoundView,
  RunId,
  RunView,
  ShownContribution,
  ShownRestatement,
  SideId,
} from '@antechamber/core'
import { PROCESSES } from '@antechamber/core/processes'
import { SAYINGS } from './fiction.ts'
import type { InLanguage } from './specimen.ts'

const NORTH = 'a' as SideId
const SOUTH = 'b' as SideId
const stages = PROCESSES[0]?.stages ?? []
const activities = stages.flatMap((stage) => stage.activities)

const UNDERSTOOD = {
  en: 'You stand before a closed gate, and what hurts most is not the water: it is that nobody came to tell you why.',
  ar: 'تقفون أمام بوابة مغلقة، وما يؤلم ليس الماء وحده: بل أن أحدًا لم يأتِ ليخبركم بالسبب.',
} as const

/** The prompt that the shipped process has for an activity. */
function promptOf(id: string): RoundView['prompt'] {
  const settings = activities.find((one) => one.id === id)?.settings as { readonly prompt: RoundView['prompt'] }
  return settings.prompt
}

const saying = (
  language: InLanguage,
  kind: keyof (typeof SAYINGS)['en'],
  origin: ShownContribution['origin'],
): ShownContribution => ({
  id: `${kind}-${origin.side}-${origin.name}` as ContributionId,
  kind,
  text: SAYINGS[language][kind],
  origin,
})

const ROUNDS = { perception: 'perceptions', fear: 'fears', need: 'needs' } as const

/** A round as it may stand. */
export function roundIn(kind: keyof typeof ROUNDS, changes: Partial<RoundView> = {}): RunView {
  const view: RoundView = {
    kind: 'round',
    contribution: kind,
    prompt: promptOf(ROUNDS[kind]),
    attributions: ['side', 'named'],
    maxChars: 600,
    status: 'not-open',
    canOpen: undefined,
    unopened: false,
    mine: { state: 'nothing' },
    written: undefined,
    people: 4,
    pool: [],
    ...changes,
  }
  return { run: `sharing/${ROUNDS[kind]}#1` as RunId, view }
}

export const poolIn = (language: InLanguage): readonly ShownContribution[] => [
  saying(language, 'perception', { mine: true, side: NORTH }),
  saying(language, 'perception', { mine: false, side: SOUTH, name: language === 'ar' ? 'دوف' : 'Dov' }),
  { ...saying(language, 'perception', { mine: false, side: SOUTH }), text: undefined },
  {
    ...saying(language, 'perception', { mine: false }),
    id: 'taken' as ContributionId,
    text: undefined,
    withdrawn: true,
  },
  saying(language, 'perception', { mine: false }),
]

/** All that mirroring can show to somebody who takes part. */
export function mirroringIn(language: InLanguage, changes: Partial<MirroringView> = {}): RunView {
  const back = (side: SideId, id: string, mine = false): ShownRestatement => ({
    id: id as RestatementId,
    text: UNDERSTOOD[language],
    origin: { mine, side },
  })
  const other = (kind: keyof (typeof SAYINGS)['en'], name: string): ShownContribution => ({
    ...saying(language, kind, { mine: false, side: SOUTH }),
    id: `other-${name}` as ContributionId,
  })
  const view: MirroringView = {
    kind: 'mirroring',
    prompt: promptOf('mirroring'),
    maxChars: 600,
    toJudge: [
      { contribution: saying(language, 'perception', { mine: true, side: NORTH }), restatement: back(SOUTH, 'j1') },
    ],
    answered: [
      {
        contribution: saying(language, 'need', { mine: true, side: NORTH }),
        restatement: back(SOUTH, 'j2'),
        verdict: 'partly',
      },
    ],
    toRestate: [
      { contribution: other('need', '1'), mine: 'nothing', restatement: undefined },
      { contribution: other('fear', '2'), mine: 'waiting', restatement: back(NORTH, 'r2', true) },
      { contribution: other('perception', '3'), mine: 'partly', restatement: back(NORTH, 'r3', true) },
      { contribution: other('need', '4'), mine: 'passed', restatement: undefined },
    ],
    confirmed: [
      { contribution: saying(language, 'fear', { mine: false, side: NORTH }), restatement: back(SOUTH, 'c1') },
    ],
    unconfirmed: [],
    of: 6,
    waiting: undefined,
    ...changes,
  }
  return { run: 'hearing/mirroring#1' as RunId, view }
}

/** What has been said before a stage, as it can be read again. */
export const pastIn = (language: InLanguage, ...stages: readonly ('sharing' | 'hearing')[]): readonly PastVisit[] =>
  stages.map((stage) => ({
    stage,
    visit: 1,
    runs:
      stage === 'hearing'
        ? [mirroringIn(language)]
        : [
            roundIn('perception', { status: 'closed', pool: poolIn(language) }),
            roundIn('fear', { status: 'closed', pool: poolIn(language).slice(1, 2) }),
          ],
  }))

export function groundRulesIn(everyone: boolean): RunView {
  const view: GroundRulesView = {
    kind: 'ground-rules',
    rules: PROCESSES[0]?.rules ?? {},
    mine: true,
    everyone,
    affirmed: everyone ? 6 : 4,
    people: 6,
  }
  return { run: 'opening/rules#1' as RunId, view }
}

/** The rounds of the speaking stage, the first as given. */
export const roundsFrom = (first: Partial<RoundView>): readonly RunView[] => [
  roundIn('perception', first),
  roundIn('fear'),
  roundIn('need'),
]
