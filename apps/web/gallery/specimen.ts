import type { Component } from 'svelte'

export type InLanguage = 'en' | 'ar'

/** One thing to look at: a screen or a sheet of components, with what it needs to be drawn. */
export interface Specimen {
  readonly component: Component<never>
  readonly props: (language: InLanguage) => Record<string, unknown>
}

export const specimen = <Shown extends Component<never>>(
  component: Shown,
  props: (language: InLanguage) => Parameters<Shown>[1],
): Specimen => ({ component, props })
