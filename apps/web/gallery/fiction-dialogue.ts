import type { Dialogue, DialogueStatus, InvitationView } from '@antechamber/client'
import type { Charter, DialogueId, DialogueView, Millis, Person, SeatId, SideId } from '@antechamber/core'
import { PROCESSES } from '@antechamber/core/processes'
import type { LiveDialogue } from '../src/engine/engine.svelte.ts'
import { SAFETY_WORDS, SIDES } from './fiction.ts'
import { NOW, RECEIPTS } from './fiction-deleting.ts'

type InLanguage = 'en' | 'ar'

const process = PROCESSES[0]
if (!process) throw new Error('no process ships')

const DAY_MS = 24 * 60 * 60 * 1000

const WORDS = {
  en: {
    title: 'The water of the river',
    convenor: 'Fay Marlow, for the Riverside Trust, which nobody on either bank pays.',
    names: ['Fay', 'Ada', '', 'Chi', 'Dov'],
    arrives: 'Noor',
    labels: ['Ben, whom Ada knows', 'The teacher from the lower bank', ''],
    reason: 'Two of us had to travel; we come back to the last round tomorrow.',
  },
  ar: {
    title: 'ماء النهر',
    convenor: 'فاي مارلو، باسم وقف الضفاف، ولا يموّله أحد من أي ضفة.',
    names: ['فاي', 'عدا', '', 'شي', 'دوف'],
    arrives: 'نور',
    labels: ['بن، تعرفه عدا', 'المعلّمة من الضفة السفلى', ''],
    reason: 'اضطر اثنان منا إلى السفر، ونعود إلى الجولة الأخيرة غدًا.',
  },
} as const

export const charterIn = (language: InLanguage): Charter => ({
  dialogue: 'AAAAAAAAAAAAAAAAAAAAAA' as DialogueId,
  title: WORDS[language].title,
  convenor: WORDS[language].convenor,
  process,
  sides: [
    { id: 'a' as SideId, name: SIDES[language][0].name, mark: 'circle' },
    { id: 'b' as SideId, name: SIDES[language][1].name, mark: 'square' },
  ],
  languages: ['en', 'ar'],
  rules: process.rules,
  confidentiality: 'agreed-text-leaves',
  retainUntil: (NOW + 60 * DAY_MS) as Millis,
})

const ROLES = ['facilitator', 'participant', 'participant', 'participant', 'participant'] as const
const SIDE_OF = [undefined, 'a', 'a', 'b', 'b'] as const

const peopleIn = (language: InLanguage): readonly Person[] =>
  WORDS[language].names.map((name, at) => ({
    seat: `seat${at}` as SeatId,
    name,
    role: ROLES[at] ?? 'participant',
    side: SIDE_OF[at] as SideId | undefined,
    devices: at === 1 ? 2 : 1,
  }))

/** How far an invented dialogue has come. */
export interface Scene {
  /** From 0. */
  readonly stage?: number
  readonly exitMet?: boolean
  readonly paused?: boolean
  readonly runs?: DialogueView['runs']
  readonly past?: DialogueView['past']
  readonly arrivals?: boolean
  readonly leaving?: boolean
  readonly destruction?: DialogueView['destruction']
  readonly doors?: DialogueView['doors']
  readonly doorWords?: DialogueStatus['doorWords']
  readonly elsewhere?: DialogueView['destructionElsewhere']
  readonly me?: number
  readonly notices?: DialogueStatus['notices']
  readonly legs?: (language: InLanguage) => DialogueView['legs']
  /** How much is unread in each leg. */
  readonly unread?: number
  readonly pending?: (language: InLanguage) => DialogueStatus['pending']
  readonly codes?: (language: InLanguage) => DialogueStatus['codes']
  readonly devices?: 1 | 2
  /** The facilitator keeps the room alone. */
  readonly alone?: boolean
  readonly rescues?: (language: InLanguage) => DialogueStatus['rescues']
  readonly hasCode?: boolean
  readonly needsCode?: boolean
  readonly readSince?: number
  /** Nobody has been invited yet. */
  readonly isFirst?: boolean
  /** What somebody has begun to write. */
  readonly draft?: string
}

function viewIn(language: InLanguage, scene: Scene): DialogueView {
  const charter = charterIn(language)
  const people = scene.isFirst ? peopleIn(language).slice(0, 1) : peopleIn(language)
  const { stage: now = 1, exitMet = false } = scene
  const me = people[scene.me ?? 0] as Person
  return {
    title: charter.title,
    convenor: charter.convenor,
    confidentiality: charter.confidentiality,
    rules: charter.rules,
    sides: charter.sides,
    me,
    people,
    destruction: scene.destruction ?? { asked: undefined, destroyed: [], extents: [] },
    destructionElsewhere: scene.elsewhere ?? [],
    pastChapters: undefined,
    doors: scene.doors ?? { isWaiting: false, people: [], strangers: [] },
    paused: scene.paused ?? false,
    left: false,
    mustAffirm: false,
    stages: charter.process.stages.map(({ id, title, purpose, exit }, at) => ({
      id,
      title,
      purpose,
      ends: exit.says,
      status: at < now ? 'done' : at === now ? 'now' : 'ahead',
      visits: at <= now ? 1 : 0,
    })),
    runs: scene.runs ?? [],
    past: scene.past ?? [],
    legs: scene.legs?.(language) ?? [],
    table:
      me.role === 'facilitator'
        ? {
            exitMet,
            next: charter.process.stages[now + 1]?.id,
            leaving: scene.leaving ? [people[3]?.seat as SeatId] : [],
            reasons: now > 1 ? [WORDS[language].reason] : [],
          }
        : undefined,
  }
}

const LINK = 'https://rooms.example.org/i/3kf9Qx0aZr7w1rT5yB6nHg#v1.Jx2m8s0gq7w1rT5yB6nHkLpAJx2m8s0gq7w1rT5yB6n'
const SPOKEN = ['meadow', 'cousin', 'harbor', 'velvet', 'oyster', 'ladder', 'piano', 'summer']

/** What somebody writes on paper. */
export const RECOVERY_CODE = {
  en: [...SPOKEN, 'cactus', 'winter', 'pencil', 'lemon'],
  ar: ['0482', '1930', '7716', '2045', '8863', '5501', '3297', '6140', '9078', '4426'],
}

/** One of each kind that a facilitator meets. */
export function invitationsIn(language: InLanguage): readonly InvitationView[] {
  const { labels, arrives } = WORDS[language]
  const common = {
    seat: 'seat9' as SeatId,
    role: 'participant',
    link: LINK,
    spokenCode: undefined,
    arrival: undefined,
    purpose: undefined,
  } as const
  return [
    { ...common, id: '1', label: labels[0], side: 'a' as SideId, expiresAt: NOW + 2 * DAY_MS, state: 'open' },
    {
      ...common,
      id: '2',
      label: labels[1],
      side: 'b' as SideId,
      expiresAt: NOW + 2 * DAY_MS,
      state: 'open',
      spokenCode: SPOKEN,
    },
    { ...common, id: '3', label: labels[2], side: 'b' as SideId, expiresAt: NOW - DAY_MS, state: 'expired' },
    {
      ...common,
      id: '4',
      seat: 'seat2' as SeatId,
      label: labels[0],
      side: 'a' as SideId,
      expiresAt: NOW - DAY_MS,
      state: 'admitted',
    },
    {
      ...common,
      id: '5',
      label: labels[1],
      side: 'b' as SideId,
      expiresAt: NOW + DAY_MS,
      state: 'arrived',
      arrival: { name: arrives, language, words: SAFETY_WORDS[language] },
    },
    { ...common, id: '6', label: labels[2], side: 'a' as SideId, expiresAt: NOW + DAY_MS, state: 'two-joins' },
  ]
}

/** A dialogue that stands still: its commands are carried out by nobody. */
export function liveIn(language: InLanguage, scene: Scene = {}): LiveDialogue {
  const charter = charterIn(language)
  const view = viewIn(language, scene)
  const isOpen = ({ state }: InvitationView): boolean => state !== 'arrived' && state !== 'two-joins'
  const status: DialogueStatus = {
    local: 'aB3_-9xY',
    phase: 'inside',
    isLive: true,
    isShutOut: false,
    record: { charter, role: view.me.role, name: view.me.name, language, seat: view.me.seat },
    view,
    pending: scene.pending?.(language) ?? [],
    invitations: scene.isFirst ? [] : invitationsIn(language).filter((one) => scene.arrivals || isOpen(one)),
    codes: scene.codes?.(language) ?? [],
    devices: [{ root: 'one', isThis: true }, ...(scene.devices === 2 ? [{ root: 'two', isThis: false }] : [])],
    alone: scene.alone ? (view.people[0]?.seat as SeatId) : undefined,
    rescues: scene.rescues?.(language) ?? [],
    hasCode: scene.hasCode ?? false,
    doorWords: scene.doorWords ?? new Map(),
    readSince: scene.readSince,
    needsCode: scene.needsCode ?? false,
    notices: scene.notices ?? [],
    legs: (scene.legs?.(language) ?? []).map((leg) => ({
      with: leg.with,
      isLive: leg.isThere,
      isOver: false,
      unread: scene.unread ?? 0,
    })),
  }
  const nothing = async (): Promise<string> => ''
  const dialogue = {
    local: status.local,
    invitations: scene.me === undefined || scene.me === 0 ? [] : ['4'],
    send: async () => ({ done: false, code: 'round-open' }),
    invite: async () => invitationsIn(language)[0],
    draft: async () => scene.draft ?? '',
    saveDraft: nothing,
    saveDraftAtOnce: nothing,
    dismiss: nothing,
    noteRead: nothing,
    devices: {
      recoveryCode: RECOVERY_CODE[language],
      invite: async () => invitationsIn(language)[0],
      noteWrittenDown: nothing,
      dismissNews: nothing,
    },
    helpBack: async () => invitationsIn(language)[0],
    inviteBack: async () => invitationsIn(language)[0],
    leave: nothing,
    receipts: async () => RECEIPTS,
    safetyWords: async () => SAFETY_WORDS[language],
  }
  return { dialogue: dialogue as unknown as Dialogue, status }
}
