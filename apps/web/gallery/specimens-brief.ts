import type { BriefView, LineId, LineView, RunId, SideId } from '@antechamber/core'
import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import { liveIn, type Scene } from './fiction-dialogue.ts'
import { pastIn } from './fiction-room.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const nothing = (): void => undefined

const TEXTS = {
  en: [
    'People on both banks fear a summer in which the gates close without a word.',
    'A day’s notice before the gates close would already help.',
    'The upper bank should pay for the new gates.',
  ],
  ar: [
    'يخاف الناس على الضفتين من صيف تُغلق فيه البوابات من دون كلمة.',
    'إشعار قبل يوم من إغلاق البوابات يفيد منذ الآن.',
    'على الضفة العليا أن تدفع ثمن البوابات الجديدة.',
  ],
} as const

type Answers = readonly (readonly [mine: LineView['mine'], side: LineView['side'], room: LineView['room']])[]

const ANSWERS: Answers = [
  ['turned', 'cleared', 'cleared'],
  ['turned', 'cleared', 'not-yet'],
  ['undecided', 'not-yet', 'not-yet'],
]

function viewIn(language: InLanguage, isFacilitator: boolean): BriefView {
  return {
    kind: 'brief',
    prompt: {
      en: 'What would help others to hear, and can all of us live with it?',
      ar: 'ما الذي ينفع الآخرين أن يسمعوه، ونستطيع جميعًا أن نقبل به؟',
    },
    maxChars: 400,
    maxLines: 40,
    mayLeave: true,
    released: undefined,
    askedAgain: false,
    lines: ANSWERS.map(([mine, side, room], at) => ({
      line: `line${at}` as LineId,
      text: TEXTS[language][at],
      room,
      mine: isFacilitator ? undefined : mine,
      side: isFacilitator ? undefined : side,
      sides: isFacilitator
        ? [
            { side: 'a' as SideId, clearance: side ?? 'not-yet' },
            { side: 'b' as SideId, clearance: room },
          ]
        : [],
    })),
  }
}

const RUN = 'brief/brief#1' as RunId

const room = (
  me: number,
  change: (view: BriefView, language: InLanguage) => BriefView,
  scene: Partial<Scene> = {},
): Specimen =>
  specimen(RoomScreen, (language: InLanguage) => {
    const brief = change(viewIn(language, me === 0), language)
    const live = liveIn(language, {
      stage: 3,
      me,
      runs: [{ run: RUN, view: brief }],
      ...scene,
      past: pastIn(language, 'sharing', 'hearing'),
    })
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, onleave: nothing }
  })

/** The brief, for each who meets it. */
export const BRIEF_SPECIMENS: Record<string, Specimen> = {
  'brief-facilitator': room(0, (view) => view),
  'brief-facilitator-empty': room(0, (view) => ({ ...view, lines: [], mayLeave: false })),
  'brief-participant': room(1, (view) => view),
  'brief-facilitator-paused': room(0, (view) => view, { paused: true }),
  'brief-asked-again': room(1, (view) => ({
    ...view,
    askedAgain: true,
    lines: view.lines.map((line) => ({ ...line, mine: 'undecided', side: 'not-yet', room: 'not-yet' })),
  })),
  'brief-participant-none': room(1, (view) => ({ ...view, lines: [] })),
  'brief-released': room(1, (view, language) => ({
    ...view,
    released: TEXTS[language].slice(0, 2).map((text, at) => ({ line: `line${at}` as LineId, text })),
  })),
  'brief-released-mixed': room(1, (view) => ({
    ...view,
    released: [{ line: 'line0' as LineId, text: `${TEXTS.en[0]}\n${TEXTS.ar[0]}` }],
  })),
  'brief-released-empty': room(1, (view) => ({ ...view, released: [] })),
}
