import type { PastReading } from '@antechamber/client'
import type { PastChaptersView, SeatId, SideId } from '@antechamber/core'
import GiveDialog from '../src/screens/earlier/GiveDialog.svelte'
import ReadEarlier from '../src/screens/earlier/ReadEarlier.svelte'
import AboutDialog from '../src/screens/room/AboutDialog.svelte'
import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import { liveIn, type Scene } from './fiction-dialogue.ts'
import { pastIn, roundsFrom } from './fiction-room.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const ADA = 1
const CHI = 3
const nothing = (): void => undefined
const seat = `seat${CHI}` as SeatId
const part = { visit: 'sharing#1', part: 2 }
const question = { id: 'one', seat, header: 'a', ...part }
const none: PastChaptersView = { asked: undefined, granted: [], open: [] }

const sides = [
  { side: 'a' as SideId, hasAgreed: true },
  { side: 'b' as SideId, hasAgreed: false },
]
const mayAsk: PastChaptersView = {
  ...none,
  open: [
    { seat, header: 'o', visit: 'opening#1', isEmpty: true },
    { seat, header: 'a', visit: 'sharing#1', part: 1, isEmpty: false },
    { seat, header: 'b', ...part, isEmpty: false },
    { seat, header: 'c', visit: 'hearing#1', isEmpty: false },
  ],
}
const asked = (mine: 'turned' | 'undecided'): PastChaptersView => ({ ...none, asked: { ...question, mine, sides: [] } })
const given: PastChaptersView = { ...none, granted: [{ seat, header: 'a', ...part }] }

const sceneIn = (language: InLanguage, scene: Scene) => {
  const live = liveIn(language, { stage: 2, ...scene })
  if (!live.status.view) throw new Error('the fiction has no view')
  return { live, view: live.status.view }
}
const room = (scene: Scene): Specimen =>
  specimen(RoomScreen, (language: InLanguage) => ({ ...sceneIn(language, scene), onleave: nothing }))

const reading = (of: (language: InLanguage) => PastReading): Specimen =>
  specimen(ReadEarlier, (language) => ({
    ...sceneIn(language, { me: CHI, reading: of }),
    heading: language === 'ar' ? 'كيف نرى الأمر' : 'How we see it',
    lead: language === 'ar' ? 'وافق كل طرف على أن تقرأ هذا.' : 'Each side has agreed that you may read this.',
    headers: ['a'],
  }))

/** What was said before somebody came is given to them by a yes of each side. */
export const EARLIER_SPECIMENS: Record<string, Specimen> = {
  'earlier-people': room({ pastChapters: mayAsk }),
  'earlier-give': specimen(GiveDialog, (language) => {
    const { live, view } = sceneIn(language, { pastChapters: mayAsk })
    return { live, view, person: view.people[CHI], open: true }
  }),
  'earlier-table': room({ pastChapters: { ...none, asked: { ...question, mine: undefined, sides } } }),
  'earlier-asked': room({ me: ADA, pastChapters: asked('undecided'), runs: roundsFrom({ status: 'open' }) }),
  'earlier-yes': room({ me: ADA, pastChapters: asked('turned') }),
  'earlier-newcomer': room({
    me: CHI,
    standing: [
      { header: 'a', visit: 'sharing#1', part: 1, state: 'here' },
      { header: 'b', ...part, state: 'waiting' },
      { header: 'c', visit: 'hearing#1', state: 'unopened' },
    ],
    notices: [{ code: 'not-agreed', space: 'room' }],
  }),
  'earlier-reading': reading((language) => ({ ok: true, visits: pastIn(language, 'sharing') })),
  'earlier-differs': reading(() => ({ ok: false, why: 'differs' })),
  'earlier-about': specimen(AboutDialog, (language) => ({
    ...sceneIn(language, { me: ADA, pastChapters: given }),
    open: true,
    ondevices: nothing,
    onalone: nothing,
    onhelp: nothing,
  })),
}
