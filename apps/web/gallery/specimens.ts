import InsecureScreen from '../src/screens/InsecureScreen.svelte'
import DeclinedScreen from '../src/screens/join/DeclinedScreen.svelte'
import LanguageScreen from '../src/screens/join/LanguageScreen.svelte'
import NameScreen from '../src/screens/join/NameScreen.svelte'
import RulesScreen from '../src/screens/join/RulesScreen.svelte'
import WhatScreen from '../src/screens/join/WhatScreen.svelte'
import LimitsScreen from '../src/screens/LimitsScreen.svelte'
import StoppedScreen from '../src/screens/StoppedScreen.svelte'
import StrangerScreen from '../src/screens/StrangerScreen.svelte'
import WaitingRoom from '../src/screens/WaitingRoom.svelte'
import { invitationIn, SAFETY_WORDS } from './fiction.ts'
import JoinWalk from './JoinWalk.svelte'
import Parts from './Parts.svelte'
import Picture from './Picture.svelte'
import { type Specimen, specimen } from './specimen.ts'
import { BRIEF_SPECIMENS } from './specimens-brief.ts'
import { DELETING_SPECIMENS } from './specimens-deleting.ts'
import { DESK_SPECIMENS } from './specimens-desk.ts'
import { DEVICE_SPECIMENS } from './specimens-devices.ts'
import { DOOR_SPECIMENS } from './specimens-door.ts'
import { LEG_SPECIMENS } from './specimens-leg.ts'
import { LOCK_SPECIMENS } from './specimens-lock.ts'
import { ROOM_SPECIMENS } from './specimens-room.ts'
import { TABLE_SPECIMENS } from './specimens-table.ts'

const nothing = (): void => undefined

/** Every specimen, by the name that the address carries after `#`. */
export const SPECIMENS: Record<string, Specimen> = {
  parts: specimen(Parts, () => ({})),
  picture: specimen(Picture, () => ({})),
  stranger: specimen(StrangerScreen, () => ({ onopen: nothing })),
  'stranger-problem': specimen(StrangerScreen, () => ({
    onopen: nothing,
    problem: { code: 'mistyped' as const, words: ['lantrn', 'orchrd'] },
    ongoon: nothing,
  })),
  limits: specimen(LimitsScreen, () => ({})),
  insecure: specimen(InsecureScreen, () => ({})),
  stopped: specimen(StoppedScreen, () => ({ code: 'screen-failed', onagain: nothing })),
  'join-language': specimen(LanguageScreen, () => ({ oncontinue: nothing })),
  'join-what': specimen(WhatScreen, (language) => ({
    invitation: invitationIn(language),
    onback: nothing,
    oncontinue: nothing,
    ondecline: nothing,
  })),
  'join-what-offline': specimen(WhatScreen, (language) => ({
    invitation: { ...invitationIn(language), readsOffline: true },
    onback: nothing,
    oncontinue: nothing,
    ondecline: nothing,
  })),
  'join-rules': specimen(RulesScreen, (language) => ({
    invitation: invitationIn(language),
    onback: nothing,
    onaccept: nothing,
    ondecline: nothing,
  })),
  'join-name': specimen(NameScreen, () => ({ onback: nothing, onjoin: nothing })),
  'join-declined': specimen(DeclinedScreen, () => ({ onagain: nothing })),
  'join-walk': specimen(JoinWalk, (language) => ({ invitation: invitationIn(language) })),
  waiting: specimen(WaitingRoom, (language) => ({
    name: language === 'ar' ? 'نور' : 'Noor',
    words: SAFETY_WORDS[language],
    wordsLang: language,
    onleave: nothing,
  })),
  'waiting-making': specimen(WaitingRoom, () => ({ name: '', words: undefined, onleave: nothing })),
  ...DESK_SPECIMENS,
  ...DEVICE_SPECIMENS,
  ...DOOR_SPECIMENS,
  ...BRIEF_SPECIMENS,
  ...DELETING_SPECIMENS,
  ...TABLE_SPECIMENS,
  ...ROOM_SPECIMENS,
  ...LOCK_SPECIMENS,
  ...LEG_SPECIMENS,
}
