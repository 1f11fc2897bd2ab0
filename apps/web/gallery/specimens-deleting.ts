import DeleteDialog from '../src/screens/deleting/DeleteDialog.svelte'
import AboutDialog from '../src/screens/room/AboutDialog.svelte'
import OverScreen from '../src/screens/room/OverScreen.svelte'
import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import ElsewhereSketch from './ElsewhereSketch.svelte'
import {
  agreed,
  askedElsewhere,
  askedOfMe,
  askedOfSide,
  askedOfSides,
  deleted,
  goneElsewhere,
  mayAsk,
  mayAskElsewhere,
  NOW,
  panelAsked,
  panelMayAsk,
} from './fiction-deleting.ts'
import { liveIn, type Scene } from './fiction-dialogue.ts'
import { roundsFrom } from './fiction-room.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const ADA = 1
const nothing = (): void => undefined

const sceneIn = (language: InLanguage, scene: Scene) => {
  const live = liveIn(language, { stage: 2, ...scene })
  if (!live.status.view) throw new Error('the fiction has no view')
  return { live, view: live.status.view }
}

const room = (scene: Scene): Specimen =>
  specimen(RoomScreen, (language: InLanguage) => ({ ...sceneIn(language, scene), onleave: nothing }))

const over = (deletesBy: number | undefined): Specimen =>
  specimen(OverScreen, (language) => ({
    device: {
      dialogues: [],
      lastReceipt: async () => ({ destroyedAt: NOW, backupsUntil: NOW + 30 * 24 * 60 * 60 * 1000 }),
      forgetEnded: async () => undefined,
    },
    ended: { local: 'a', title: sceneIn(language, {}).view.title, endedAt: NOW, deletesBy },
  }))

const sketch = (elsewhere: NonNullable<Scene['elsewhere']>, choosing = false): Specimen =>
  specimen(ElsewhereSketch, (language: InLanguage) => ({ ...sceneIn(language, { me: ADA, elsewhere }), choosing }))

/** What was said is deleted by a yes of each side. */
export const DELETING_SPECIMENS: Record<string, Specimen> = {
  'deleting-may-ask': room({ destruction: mayAsk }),
  'deleting-dialog': specimen(DeleteDialog, (language) => ({
    ...sceneIn(language, { destruction: mayAsk }),
    extents: mayAsk.extents,
    open: true,
  })),
  'deleting-table': room({ destruction: askedOfSides }),
  'deleting-asked': room({ me: ADA, destruction: askedOfMe('undecided'), runs: roundsFrom({ status: 'open' }) }),
  'deleting-yes': room({ me: ADA, destruction: askedOfMe('turned') }),
  'deleting-agreed': room({ me: ADA, destruction: agreed }),
  'deleting-hidden': over(NOW + 72 * 60 * 60 * 1000),
  'deleting-over': over(undefined),
  'deleting-elsewhere-may': sketch(mayAskElsewhere),
  'deleting-elsewhere-choosing': sketch(mayAskElsewhere, true),
  'deleting-elsewhere-asked': sketch(askedElsewhere),
  'deleting-elsewhere-gone': sketch(goneElsewhere),
  'deleting-elsewhere-side': room({ me: ADA, elsewhere: askedOfSide, runs: roundsFrom({ status: 'open' }) }),
  'deleting-elsewhere-panel': room({ destruction: mayAsk, elsewhere: panelMayAsk }),
  'deleting-elsewhere-panel-asked': room({ destruction: mayAsk, elsewhere: panelAsked }),
  'deleting-about': specimen(AboutDialog, (language) => ({
    ...sceneIn(language, { me: ADA, destruction: deleted }),
    open: true,
    ondevices: () => undefined,
    onalone: () => undefined,
    onhelp: () => undefined,
  })),
}
