import type { AtDoor, SeatId, SideId } from '@antechamber/core'
import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import { SAFETY_WORDS } from './fiction.ts'
import { liveIn, type Scene } from './fiction-dialogue.ts'
import { roundsFrom } from './fiction-room.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const ADA = 1
const nothing = (): void => undefined

const room = (sceneOf: (language: InLanguage) => Scene): Specimen =>
  specimen(RoomScreen, (language: InLanguage) => {
    const live = liveIn(language, { stage: 1, ...sceneOf(language) })
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, onleave: nothing }
  })

/** Somebody of the first side is at the door of its caucus. */
function withGuest(language: InLanguage, mine: AtDoor['mine'], me = ADA): Scene {
  const { people = [], me: myself } = liveIn(language, { me: ADA }).status.view ?? {}
  const guest = people.find(({ side, seat }) => side === myself?.side && seat !== myself?.seat)
  const { seat, name } = guest ?? { seat: 'seat2' as SeatId, name: '' }
  const side = (myself?.side ?? 'a') as SideId
  return {
    me,
    runs: roundsFrom({ status: 'open' }),
    doorWords: new Map([[seat, SAFETY_WORDS[language]]]),
    doors: {
      isWaiting: false,
      people: [{ seat, root: '', name, side, mine, isWelcome: mine === 'turned' }],
      strangers: [],
    },
  }
}

/** Somebody reads a caucus who is not in the room, and somebody else was refused there. */
const told = (language: InLanguage, me: number): Scene => ({
  me,
  runs: roundsFrom({ status: 'open' }),
  notices: [{ code: 'planted', space: 'caucus:a', by: 'seat0' as SeatId }],
  doors: {
    isWaiting: false,
    people: [],
    strangers: [{ seat: 'x' as SeatId, name: SAFETY_WORDS[language][0] ?? '', side: 'a' as SideId }],
  },
})

/** Somebody comes to a side that has people. */
export const DOOR_SPECIMENS: Record<string, Specimen> = {
  'door-asked': room((language) => withGuest(language, 'undecided')),
  'door-not-now': room((language) => withGuest(language, 'not-yet')),
  'door-yes': room((language) => withGuest(language, 'turned')),
  'door-table': room((language) => withGuest(language, undefined, 0)),
  'door-waiting': room(() => ({
    me: ADA,
    runs: roundsFrom({ status: 'open' }),
    doors: { isWaiting: true, people: [], strangers: [] },
  })),
  'door-told': room((language) => told(language, ADA)),
  'door-told-table': room((language) => told(language, 0)),
}
