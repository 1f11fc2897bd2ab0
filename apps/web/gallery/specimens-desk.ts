import type { Process } from '@antechamber/core'
import { PROCESSES } from '@antechamber/core/processes'
import DeskPage from '../src/screens/desk/DeskPage.svelte'
import CheckStep from '../src/screens/desk/new/CheckStep.svelte'
import { chooseProcess, type Draft, emptyDraft, problemsOf } from '../src/screens/desk/new/draft.ts'
import FoundingScreen from '../src/screens/desk/new/FoundingScreen.svelte'
import LeavingStep from '../src/screens/desk/new/LeavingStep.svelte'
import ProcessStep from '../src/screens/desk/new/ProcessStep.svelte'
import RulesStep from '../src/screens/desk/new/RulesStep.svelte'
import SidesStep from '../src/screens/desk/new/SidesStep.svelte'
import { NOW } from './fiction-deleting.ts'
import { charterIn, liveIn } from './fiction-dialogue.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const nothing = (): void => undefined
const process = PROCESSES[0] as Process
const SECRET = new Uint8Array(32)

function draftIn(language: InLanguage): Draft {
  const { title, convenor, sides } = charterIn(language)
  const draft = emptyDraft()
  chooseProcess(draft, process, () => '')
  return { ...draft, title, convenor, sides: sides.map(({ name, mark }) => ({ name, mark })) }
}

const wrongIn = (language: InLanguage): Draft => ({
  ...draftIn(language),
  title: '',
  sides: [
    { name: 'A', mark: 'circle' },
    { name: 'a', mark: 'circle' },
    { name: '', mark: 'octagon' },
  ],
  languages: [],
  days: '0',
})

const moves = { ongo: nothing, onback: nothing }
const desk = { onnew: nothing, ondiscard: nothing, onagain: nothing }

/** What a convenor sees before a dialogue begins. */
export const DESK_SPECIMENS: Record<string, Specimen> = {
  'desk-empty': specimen(DeskPage, () => ({
    ...desk,
    desk: { name: 'good' as const, secret: SECRET },
    dialogues: [],
    begun: undefined,
  })),
  desk: specimen(DeskPage, (language) => ({
    ...desk,
    desk: { name: 'good' as const, secret: SECRET },
    dialogues: [liveIn(language, { arrivals: true }), liveIn(language, { stage: 3, paused: true })],
    begun: undefined,
  })),
  'desk-begun': specimen(DeskPage, (language) => ({
    ...desk,
    desk: { name: 'offline' as const, secret: SECRET },
    dialogues: [liveIn(language)],
    begun: draftIn(language),
  })),
  'desk-none': specimen(DeskPage, () => ({
    ...desk,
    desk: { name: 'none' as const },
    dialogues: [],
    begun: undefined,
  })),
  'desk-revoked': specimen(DeskPage, (language) => ({
    ...desk,
    desk: { name: 'revoked' as const },
    dialogues: [liveIn(language)],
    begun: undefined,
  })),
  'new-process': specimen(ProcessStep, () => ({ processes: PROCESSES, onchoose: nothing, onback: nothing })),
  'new-sides': specimen(SidesStep, (language) => ({ ...moves, draft: draftIn(language), process, problems: {} })),
  'new-sides-problems': specimen(SidesStep, (language) => ({
    ...moves,
    draft: wrongIn(language),
    process,
    problems: problemsOf(wrongIn(language), 'sides'),
  })),
  'new-rules': specimen(RulesStep, (language) => ({ ...moves, draft: draftIn(language), process, problems: {} })),
  'new-rules-problems': specimen(RulesStep, (language) => ({
    ...moves,
    draft: { ...draftIn(language), rules: { ...process.rules, [language]: '' } },
    process,
    problems: { [`rules/${language}`]: { code: 'empty' as const } },
  })),
  'new-rules-differ': specimen(RulesStep, (language) => ({
    ...moves,
    draft: { ...draftIn(language), rules: { ...process.rules, en: `${process.rules.en}\nNobody records.` } },
    process,
    problems: { rules: { code: 'rulesDiffer' as const } },
  })),
  'new-leaving': specimen(LeavingStep, (language) => ({
    ...moves,
    draft: draftIn(language),
    problems: {},
    now: NOW,
  })),
  'new-leaving-offline': specimen(LeavingStep, (language) => ({
    ...moves,
    draft: { ...draftIn(language), readsOffline: true },
    problems: {},
    now: NOW,
  })),
  'new-leaving-problems': specimen(LeavingStep, (language) => ({
    ...moves,
    draft: wrongIn(language),
    problems: problemsOf(wrongIn(language), 'leaving'),
    now: NOW,
  })),
  'new-check': specimen(CheckStep, (language) => ({
    ...moves,
    draft: { ...draftIn(language), name: language === 'ar' ? 'فاي' : 'Fay' },
    process,
    now: NOW,
    onchange: nothing,
  })),
  'new-founding': specimen(FoundingScreen, (language) => {
    const live = liveIn(language)
    return {
      live: { ...live, status: { ...live.status, phase: 'founding' as const } },
      onready: nothing,
      ondesk: nothing,
    }
  }),
  'new-founding-revoked': specimen(FoundingScreen, (language) => {
    const live = liveIn(language)
    const notices = [{ code: 'failed' as const, why: 'not-found' as const }]
    return {
      live: { ...live, status: { ...live.status, phase: 'founding' as const, notices } },
      onready: nothing,
      ondesk: nothing,
    }
  }),
}
