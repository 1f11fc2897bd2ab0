import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import ArrivalSketch from './ArrivalSketch.svelte'
import { SAFETY_WORDS } from './fiction.ts'
import { liveIn, type Scene } from './fiction-dialogue.ts'
import InvitationSketch from './InvitationSketch.svelte'
import MoveSketch from './MoveSketch.svelte'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const nothing = (): void => undefined

const room = (scene: Scene): Specimen =>
  specimen(RoomScreen, (language: InLanguage) => {
    const live = liveIn(language, scene)
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, onleave: nothing }
  })

/** Going on by the button for the next stage, or, with no target, to any. */
const move = (target: string): Specimen =>
  specimen(MoveSketch, (language) => ({ live: liveIn(language, { stage: 1 }), target }))

/** What a facilitator sees beside the room. */
export const TABLE_SPECIMENS: Record<string, Specimen> = {
  table: room({ stage: 1 }),
  'table-code': room({ stage: 0, isFirst: true, hasCode: true, needsCode: true }),
  'table-met': room({ stage: 1, exitMet: true }),
  'table-arrivals': room({ stage: 0, arrivals: true }),
  'table-move': move(''),
  'table-move-early': move('hearing'),
  'table-late': room({ stage: 3, exitMet: true, leaving: true }),
  'table-arrival': specimen(ArrivalSketch, (language) => ({ live: liveIn(language, { arrivals: true }) })),
  'table-arrival-numbers': specimen(ArrivalSketch, (language) => {
    const live = liveIn(language, { arrivals: true })
    const invitations = live.status.invitations.map((one) =>
      one.arrival ? { ...one, arrival: { ...one.arrival, language: 'ar', words: SAFETY_WORDS.ar } } : one,
    )
    return { live: { ...live, status: { ...live.status, invitations } } }
  }),
  'invitation-form': specimen(InvitationSketch, (language) => ({ live: liveIn(language), shown: undefined })),
  'invitation-link': specimen(InvitationSketch, (language) => ({ live: liveIn(language), shown: '1' })),
  'invitation-code': specimen(InvitationSketch, (language) => ({ live: liveIn(language), shown: '2' })),
  'invitation-expired': specimen(InvitationSketch, (language) => ({ live: liveIn(language), shown: '3' })),
}
