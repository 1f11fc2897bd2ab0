import type { ActivityView } from '@antechamber/core'
import type { Component } from 'svelte'
import type { ActivityProps } from './activity.ts'
import Brief from './brief/Screen.svelte'
import GroundRules from './ground-rules/Screen.svelte'
import Mirroring from './mirroring/Screen.svelte'
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
