import type { DialogueStatus, InvitationView } from '@antechamber/client'
import type { SeatId } from '@antechamber/core'
import { i18n } from '../src/i18n/i18n.svelte.ts'
import CodeDialog from '../src/screens/devices/CodeDialog.svelte'
import DevicesDialog from '../src/screens/devices/DevicesDialog.svelte'
import HelpDialog from '../src/screens/devices/HelpDialog.svelte'
import AloneScreen from '../src/screens/join/AloneScreen.svelte'
import BackScreen from '../src/screens/join/BackScreen.svelte'
import ComeScreen from '../src/screens/join/ComeScreen.svelte'
import AboutDialog from '../src/screens/room/AboutDialog.svelte'
import RoomScreen from '../src/screens/room/RoomScreen.svelte'
import BackDialog from '../src/screens/table/BackDialog.svelte'
import WaitingRoom from '../src/screens/WaitingRoom.svelte'
import DevicesSketch from './DevicesSketch.svelte'
import { invitationIn, SAFETY_WORDS } from './fiction.ts'
import { NOW } from './fiction-deleting.ts'
import { charterIn, invitationsIn, liveIn, RECOVERY_CODE } from './fiction-dialogue.ts'
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
  { code: 'devices', seat: 'seat0' as SeatId, added: 1, removed: 0, devices: 2, helpedBy: [] },
  { code: 'devices', seat: 'seat1' as SeatId, added: 1, removed: 1, devices: 1, helpedBy: [] },
  { code: 'devices', seat: 'seat3' as SeatId, added: 0, removed: 1, devices: 1, helpedBy: [] },
]

/** The facilitator who was alone is back, and two people have let them in. */
const BACK: DialogueStatus['notices'] = [
  {
    code: 'devices',
    seat: 'seat0' as SeatId,
    added: 1,
    removed: 1,
    devices: 1,
    helpedBy: ['seat1', 'seat3'] as SeatId[],
  },
]

const roomWith = (notices: DialogueStatus['notices'], me: number): Specimen =>
  specimen(RoomScreen, (language: InLanguage) => {
    const live = liveIn(language, { stage: 1, me, notices })
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, onleave: nothing }
  })

/** Somebody helps, in a state of their invitation. */
const helping = (state?: InvitationView['state']): Specimen =>
  specimen(HelpDialog, (language: InLanguage) => ({
    live: liveIn(language, {
      me: 1,
      alone: true,
      rescues: () => (state ? [{ ...codeIn(language, state), purpose: 'rescue' }] : []),
    }),
    open: true,
  }))

/** The new device of the facilitator who was alone. */
const aloneWith = (helped: number, problem = false): Specimen =>
  specimen(AloneScreen, (language: InLanguage) => {
    const { title, sides } = charterIn(language)
    return {
      title,
      sides,
      helped: sides.slice(0, helped).map(({ id }) => id),
      linkProblem: problem ? i18n.m.devices.lone.sameSide : undefined,
      codeProblem: problem ? i18n.m.devices.back.mistyped : undefined,
      onadd: async () => true,
      onback: nothing,
    }
  })

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
  'devices-news': roomWith(NEWS, 1),
  'devices-news-back': roomWith(BACK, 2),
  'devices-help-about': specimen(AboutDialog, (language) => {
    const live = liveIn(language, { me: 1, alone: true })
    if (!live.status.view) throw new Error('the fiction has no view')
    return { live, view: live.status.view, open: true, ondevices: nothing, onalone: nothing, onhelp: nothing }
  }),
  'devices-help': helping(),
  'devices-help-link': helping('open'),
  'devices-help-arrived': helping('arrived'),
  'devices-alone': aloneWith(1),
  'devices-alone-wrong': aloneWith(1, true),
  'devices-alone-all': aloneWith(2),
  'devices-alone-wait': specimen(WaitingRoom, (language) => ({
    name: language === 'ar' ? 'نور' : 'Noor',
    words: SAFETY_WORDS[language],
    wordsLang: language,
    purpose: 'rescue' as const,
    onleave: nothing,
  })),
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
