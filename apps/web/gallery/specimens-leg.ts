import type { DialogueStatus } from '@antechamber/client'
import type { DialogueView, SeatId, Spoke } from '@antechamber/core'
import LegDialog from '../src/screens/leg/LegDialog.svelte'
import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import { liveIn, type Scene } from './fiction-dialogue.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const FAY = 'seat0' as SeatId
const ADA = 'seat1' as SeatId

const SAID = {
  en: [
    'I could not say this in the round: it was my brother who closed the gates that night. Half of my bank does not know it.',
    'Thank you for telling me. It stays between us. Do you want it to be known, some day?',
    'Not by me. But if somebody from the other bank asks, I do not want to lie.',
  ],
  ar: [
    'لم أستطع قول هذا في الجولة: أخي هو الذي أغلق البوابات تلك الليلة. ونصف أهل ضفتي لا يعرفون ذلك.',
    'شكرًا لأنك أخبرتني. سيبقى هذا بيننا. هل تودين أن يُعرف يومًا ما؟',
    'ليس مني. لكن إذا سألني أحد من الضفة الأخرى فلا أريد أن أكذب.',
  ],
} as const

/** What Ada and Fay have written to each other, as one of them sees it. */
const between =
  (me: number, isThere = true) =>
  (language: InLanguage): DialogueView['legs'] => {
    const said = SAID[language].map(
      (text, at): Spoke => ({ id: `said${at}`, isMine: (at === 1) === (me === 0), text, isWithdrawn: false }),
    )
    const taken: Spoke = { id: 'taken', isMine: me !== 0, text: undefined, isWithdrawn: true }
    const name = language === 'ar' ? 'فاي' : 'Fay'
    return [{ with: me === 0 ? ADA : FAY, name, isThere, said: [taken, ...said] }]
  }

const waiting = (language: InLanguage): DialogueStatus['pending'] => [
  { id: '1', command: { type: 'sayInLeg', with: FAY, text: SAID[language][0] }, refusal: undefined },
]

const dialog = (scene: Scene): Specimen =>
  specimen(LegDialog, (language) => {
    const live = liveIn(language, scene)
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, seat: scene.me === 0 ? ADA : FAY, open: true }
  })

const room = (scene: Scene): Specimen =>
  specimen(RoomScreen, (language) => {
    const live = liveIn(language, scene)
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, onleave: () => undefined }
  })

/** What two people write to each other alone. */
export const LEG_SPECIMENS: Record<string, Specimen> = {
  leg: dialog({ me: 1, legs: between(1) }),
  'leg-new': dialog({ me: 1 }),
  'leg-waits': dialog({ me: 1, pending: waiting }),
  'leg-facilitator': dialog({ me: 0, legs: between(0) }),
  'leg-written': room({ me: 1, stage: 1, legs: between(1), unread: 1 }),
  'leg-written-facilitator': room({ me: 0, stage: 1, legs: between(0), unread: 2 }),
}
