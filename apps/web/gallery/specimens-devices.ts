import type { DialogueStatus, InvitationView } from '@antechamber/client'
import type { SeatId } from '@antechamber/core'
import CodeDialog from '../src/screens/devices/CodeDialog.svelte'
import DevicesDialog from '../src/screens/devices/DevicesDialog.svelte'
import BackScreen from '../src/screens/join/BackScreen.svelte'
import ComeScreen from '../src/screens/join/ComeScreen.svelte'
import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import BackDialog from '../src/screens/table/BackDialog.svelte'
import WaitingRoom from '../src/screens/WaitingRoom.svelte'
import DevicesSketch from './DevicesSketch.svelte'
import { invitationIn, SAFETY_WORDS } from './fiction.ts'
import { NOW } from './fiction-deleting.ts'
import { invitationsIn, liveIn, RECOVERY_CODE } from './fiction-dialogue.ts'
import { type InLanguage, type Specimen, specimen } from './specimen.ts'

const nothing = (): void => undefined

/** One code for a device, in a state. */
const codeIn = (language: InLanguage, state: InvitationView['state'], spoken = false): InvitationView => ({
  ...(invitationsIn(language)[spoken ? 1 : 0] as InvitationView),
  purpose: 'device',
  label: '',
  state,
  expiresAt: NOW + 3 * 24 * 60 * 60 * 1000,
  arrival: state === 'arrived' ? { name: '', language, words: SAFETY_WORDS[language] } : undefined,
})

const adding = (state: InvitationView['state'], spoken = false): Specimen =>
  specimen(DevicesDialog, (language: InLanguage) => {
    const codes = [codeIn(language, state, spoken)]
    return {
      live: liveIn(language, { me: 1, codes: () => codes }),
      open: true,
      doing: 'add' as const,
      shown: codes[0]?.id,
    }
  })

const NEWS: DialogueStatus['notices'] = [
  { code: 'devices', seat: 'seat0' as SeatId, added: 1, removed: 0, devices: 2 },
  { code: 'devices', seat: 'seat1' as SeatId, added: 1, removed: 1, devices: 1 },
  { code: 'devices', seat: 'seat3' as SeatId, added: 0, removed: 1, devices: 1 },
]

/** Further devices, lost ones, and the recovery code. */
export const DEVICE_SPECIMENS: Record<string, Specimen> = {
  devices: specimen(DevicesDialog, (language) => ({
    live: liveIn(language, { me: 1, devices: 2, hasCode: true }),
    open: true,
  })),
  'devices-add': specimen(DevicesDialog, (language) => ({
    live: liveIn(language, { me: 1 }),
    open: true,
    doing: 'add' as const,
  })),
  'devices-add-link': adding('open'),
  'devices-add-words': adding('open', true),
  'devices-add-arrived': adding('arrived'),
  'devices-add-two': adding('two-joins'),
  'devices-code': specimen(CodeDialog, (language) => ({
    live: liveIn(language, { me: 1, hasCode: true }),
    open: true,
  })),
  'devices-code-check': specimen(DevicesSketch, (language) => ({ words: RECOVERY_CODE[language], lang: language })),
  'devices-news': specimen(RoomScreen, (language) => {
    const live = liveIn(language, { stage: 1, me: 1, notices: NEWS })
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, onleave: nothing }
  }),
  'devices-come': specimen(ComeScreen, (language) => ({
    invitation: invitationIn(language),
    name: language === 'ar' ? 'نور' : 'Noor',
    oncome: nothing,
  })),
  'devices-come-wait': specimen(WaitingRoom, (language) => ({
    name: language === 'ar' ? 'نور' : 'Noor',
    words: SAFETY_WORDS[language],
    wordsLang: language,
    purpose: 'device' as const,
    onleave: nothing,
  })),
  'devices-back': specimen(BackScreen, (language) => ({ invitation: invitationIn(language), onback: nothing })),
  'devices-return': specimen(BackDialog, (language) => {
    const live = liveIn(language)
    const { people = [], sides = [] } = live.status.view ?? {}
    return { live, person: people[1], sides, open: true }
  }),
}
