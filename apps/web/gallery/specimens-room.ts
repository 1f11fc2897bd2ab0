import type { DialogueStatus } from '@antechamber/client'
import type { RunId } from '@antechamber/core'
import TakeBack from '../src/activities/TakeBack.svelte'
import LinkProblemScreen from '../src/screens/join/LinkProblemScreen.svelte'
import NotOpenScreen from '../src/screens/NotOpenScreen.svelte'
import AboutDialog from '../src/screens/room/AboutDialog.svelte'
import DialoguePhase from '../src/screens/room/DialoguePhase.svelte'
import LeaveDialog from '../src/screens/room/LeaveDialog.svelte'
import PastDialog from '../src/screens/room/PastDialog.svelte'
import { SAYINGS } from './fiction.ts'
import { NOW } from './fiction-deleting.ts'
import { liveIn, type Scene } from './fiction-dialogue.ts'
import { groundRulesIn, mirroringIn, pastIn, poolIn, roundIn, roundsFrom } from './fiction-room.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const nothing = (): void => undefined
const ADA = 1

/** A dialogue in a state that the scene makes, changed as said. */
const at = (
  sceneOf: (language: InLanguage) => Scene,
  change: (status: DialogueStatus, language: InLanguage) => Partial<DialogueStatus> = () => ({}),
): Specimen =>
  specimen(DialoguePhase, (language) => {
    const live = liveIn(language, { me: ADA, ...sceneOf(language) })
    return { live: { ...live, status: { ...live.status, ...change(live.status, language) } } }
  })

const open = (): Scene => ({ stage: 1, runs: roundsFrom({ status: 'open' }) })
const closed = (language: InLanguage): Scene => ({
  stage: 1,
  runs: [roundIn('perception', { status: 'closed', pool: poolIn(language) }), roundIn('fear', { status: 'closed' })],
})
const withView = (
  status: DialogueStatus,
  view: Partial<NonNullable<DialogueStatus['view']>>,
): Pick<DialogueStatus, 'view'> => ({ view: status.view && { ...status.view, ...view } })

const leaving = (me: number): Specimen =>
  specimen(LeaveDialog, (language) => ({ live: liveIn(language, { me }), open: true }))

/** What somebody who takes part can come to see, from the link to the end. */
export const ROOM_SPECIMENS: Record<string, Specimen> = {
  'room-rules': at(() => ({ stage: 0, runs: [groundRulesIn(false)] })),
  'room-rules-first': at(
    () => ({ stage: 1, me: 0 }),
    (status) => withView(status, { mustAffirm: true }),
  ),
  'room-ahead': at(() => ({ stage: 1, runs: roundsFrom({}) })),
  'room-round': at(open),
  'room-round-passed': at(() => ({
    stage: 1,
    runs: roundsFrom({ status: 'open', mine: { state: 'passed' }, attributions: ['none', 'side', 'named'] }),
  })),
  'room-round-shared': at((language) => ({
    stage: 1,
    runs: roundsFrom({
      status: 'open',
      mine: { state: 'offered', id: 'a'.repeat(22) as never, text: SAYINGS[language].perception, attribution: 'named' },
      written: 7,
      people: 12,
    }),
  })),
  'room-round-long': at((language) => ({
    ...open(),
    draft: `${SAYINGS[language].perception} ${SAYINGS[language].fear} `.repeat(5),
  })),
  'room-round-nameless': at(() => ({ ...open(), me: 2 })),
  'room-pool': at(closed),
  'room-offline': at((language) => ({ ...closed(language), readSince: NOW - 2 * 60 * 60 * 1000 })),
  'room-pool-stopped': at(closed, () => ({
    isLive: false,
    notices: [{ code: 'stopped', space: 'room', why: 'gap' }],
  })),
  'room-round-facilitator': at((language) => ({
    me: 0,
    stage: 1,
    runs: [
      roundIn('perception', { status: 'closed', pool: poolIn(language) }),
      roundIn('fear', { status: 'open', canOpen: true, written: 7, people: 12 }),
      roundIn('need'),
    ],
  })),
  'room-take-back': specimen(TakeBack, (language) => {
    const live = liveIn(language, { me: ADA, ...closed(language) })
    const said = poolIn(language).find(({ origin }) => origin.mine)
    if (!said) throw new Error('the fiction has no words of her own')
    return { live, contribution: said.id, text: said.text, asking: true }
  }),
  'room-round-no-key': at(() => ({ me: 0, stage: 1, runs: roundsFrom({ status: 'open', canOpen: false }) })),
  'room-pool-unopened': at((language) => ({
    stage: 1,
    runs: roundsFrom({ status: 'closed', unopened: true, pool: poolIn(language) }),
  })),
  'room-mirroring': at((language) => ({ stage: 2, runs: [mirroringIn(language)] })),
  'room-mirroring-begins': at((language) => ({
    stage: 2,
    runs: [mirroringIn(language, { toJudge: [], answered: [], toRestate: [], confirmed: [] })],
  })),
  'room-mirroring-facilitator': at((language) => ({
    me: 0,
    stage: 2,
    runs: [
      mirroringIn(language, {
        toJudge: [],
        answered: [],
        toRestate: [],
        unconfirmed: poolIn(language).map((one) => ({ ...one, origin: { ...one.origin, mine: false } })),
        waiting: 3,
      }),
    ],
    past: pastIn(language, 'sharing'),
  })),
  'room-reading': specimen(PastDialog, (language) => {
    const past = pastIn(language, 'sharing', 'hearing')
    const live = liveIn(language, { me: ADA, stage: 3, past })
    const { view } = live.status
    if (!view) throw new Error('the fiction has no view')
    return { live, view, past, stage: 'sharing' }
  }),
  'room-rounds-facilitator': at(() => ({ me: 0, stage: 1, runs: roundsFrom({}) })),
  'room-paused': at(() => ({ ...open(), paused: true })),
  'room-paused-shared': at((language) => ({
    stage: 1,
    paused: true,
    runs: [
      ...roundsFrom({
        status: 'open',
        mine: {
          state: 'offered',
          id: 'a'.repeat(22) as never,
          text: SAYINGS[language].perception,
          attribution: 'named',
        },
      }),
      mirroringIn(language),
    ],
  })),
  'room-paused-facilitator': at(() => ({ ...open(), me: 0, paused: true })),
  'room-away': at(open, (_, language) => ({
    isLive: false,
    pending: [
      {
        id: '1',
        refusal: undefined,
        command: {
          run: 'sharing/perceptions#1' as RunId,
          command: { type: 'offerContribution', text: SAYINGS[language].fear, attribution: 'side' },
        },
      },
    ],
  })),
  'room-notices': at(open, (_, language) => ({
    notices: [
      { code: 'unconfirmed' as const },
      { code: 'fork' as const, space: 'room', by: liveIn(language, { me: ADA }).status.record.seat },
      { code: 'stopped', space: 'room', why: 'gap' },
      { code: 'failed', why: 'storage-full' },
      {
        code: 'refused',
        id: '1',
        why: 'bad-shape',
        command: {
          run: 'sharing/perceptions#1' as RunId,
          command: { type: 'offerContribution', text: SAYINGS[language].need, attribution: 'side' },
        },
      },
      { code: 'refused', id: '2', why: 'last-keeper', command: { type: 'leave' } },
    ],
  })),
  'room-stopped-facilitator': at(
    (language) => ({
      me: 0,
      stage: 1,
      runs: [roundIn('perception', { status: 'closed', pool: poolIn(language) }), roundIn('fear')],
    }),
    () => ({ isLive: false, notices: [{ code: 'stopped', space: 'room', why: 'no-grant' }] }),
  ),
  'room-about': specimen(AboutDialog, (language) => {
    const live = liveIn(language, { me: ADA })
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, open: true, ondevices: nothing, onalone: nothing, onhelp: nothing }
  }),
  'room-leave': leaving(ADA),
  'room-leave-last': leaving(0),
  'room-opening': at(open, () => ({ view: undefined })),
  'room-left': at(open, () => ({ phase: 'left' })),
  'room-left-waiting': at(open, () => ({ phase: 'left', view: undefined })),
  'room-leaving': at(open, () => ({ phase: 'leaving', view: undefined, isLive: false })),
  'room-declined': at(open, () => ({ phase: 'declined', view: undefined })),
  'room-revoked': at(open, () => ({
    phase: 'waiting',
    view: undefined,
    notices: [{ code: 'failed', why: 'revoked' }],
  })),
  'room-shut-out': at(open, () => ({ isShutOut: true })),
  'link-problem': specimen(LinkProblemScreen, () => ({ problem: { code: 'unreachable' as const }, onagain: nothing })),
  ...Object.fromEntries(
    (['busy', 'full', 'unavailable', 'damaged', 'other-format'] as const).map((code) => [
      `not-open-${code}`,
      specimen(NotOpenScreen, () => ({ code, onagain: nothing })),
    ]),
  ),
}
