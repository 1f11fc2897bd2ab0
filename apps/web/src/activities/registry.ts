import type { ActivityView } from '@antechamber/core'
import type { Component } from 'svelte'
import type { ActivityProps, ReadingProps } from './activity.ts'
import ReadBrief from './brief/Read.svelte'
import Brief from './brief/Screen.svelte'
import GroundRules from './ground-rules/Screen.svelte'
import ReadMirroring from './mirroring/Read.svelte'
import Mirroring from './mirroring/Screen.svelte'
import ReadRound from './round/Read.svelte'
import Round from './round/Screen.svelte'

const SCREENS: { readonly [Kind in ActivityView['kind']]: Component<ActivityProps<Kind>> } = {
  'ground-rules': GroundRules,
  round: Round,
  mirroring: Mirroring,
  brief: Brief,
}

/** The screen of each kind of activity. The view given to it must be of that kind. */
export const screenOf = (kind: ActivityView['kind']): Component<ActivityProps> =>
  SCREENS[kind] as Component<ActivityProps>

const READINGS: { readonly [Kind in ActivityView['kind']]?: Component<ReadingProps<Kind>> } = {
  round: ReadRound,
  mirroring: ReadMirroring,
  brief: ReadBrief,
}

/** How a run of that kind is read again when it is over; undefined where it leaves nothing to read. */
export const readingOf = (kind: ActivityView['kind']): Component<ReadingProps> | undefined =>
  READINGS[kind] as Component<ReadingProps> | undefined
