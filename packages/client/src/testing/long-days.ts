import type { Platform } from '@antechamber/client'
import type { DestructionView, RunId } from '@antechamber/core'
import { type Person, restart, type Scene, until } from '@antechamber/testkit'
import { expect } from 'vitest'

export const HOUR_MS = 60 * 60 * 1000

export const destructionOf = ({ dialogue }: Person): DestructionView =>
  dialogue.status.view?.destruction ?? { asked: undefined, destroyed: [], extents: [] }

/** Whether somebody is shown a text. */
export const shows = ({ dialogue }: Person, text: string): boolean => {
  const { view } = dialogue.status
  return JSON.stringify([view?.runs, view?.past]).includes(text)
}

/** What somebody is told, but for a day without a sign of anybody (LG15), which passes in an instant here, and for further devices. */
export const noticesOf = ({ dialogue }: Person) =>
  dialogue.status.notices.filter(({ code }) => code !== 'unconfirmed' && code !== 'devices')

/** A dialogue of several days, on clocks that a test moves. */
export class LongDays {
  /** How far the clock of everybody's device has been moved. */
  moved = 0
  #scene: Scene | undefined
  #facilitator: Person | undefined

  /** Who opens rounds, goes on, and asks; Fay unless somebody else does. */
  get facilitator(): Person {
    return this.#facilitator ?? this.scene.fay
  }

  set facilitator(person: Person) {
    this.#facilitator = person
  }

  set scene(scene: Scene) {
    this.#scene = scene
  }

  get scene(): Scene {
    if (!this.#scene) throw new Error('nothing has begun')
    return this.#scene
  }

  /** A device on the moved clock, which looks every tenth of a second for what it looks for every minute. */
  readonly around = (platform: Platform): Platform => ({
    ...platform,
    now: () => Date.now() + this.moved,
    after: (ms, then) => platform.after(ms === 60_000 ? 100 : ms, then),
  })

  start(person: Person, around = this.around): Promise<void> {
    return restart(this.scene.relay, person, around)
  }

  async back(person: Person, around = this.around): Promise<void> {
    await this.start(person, around)
    await until(person.dialogue, `${person.name} is back`, ({ isLive, view }) => isLive && view?.mustAffirm === false)
  }

  /** The round of perceptions in a visit of the second stage. */
  run(visit: number): RunId {
    const stage = this.facilitator.dialogue.status.view?.stages[1]?.id as string
    return `${stage}/perceptions#${visit}` as RunId
  }

  async enterRounds(): Promise<void> {
    const stage = this.facilitator.dialogue.status.view?.stages[1]?.id as string
    expect(await this.facilitator.dialogue.send({ type: 'enterStage', stage, reason: 'on' })).toEqual({ done: true })
  }

  /** A round of a stage in which somebody says something, from its beginning to its end. */
  async sayInRound(visit: number, by: Person, text: string): Promise<void> {
    const fay = this.facilitator
    const run = this.run(visit)
    const has = (status: string) => (person: Person) =>
      until(person.dialogue, `${run} is ${status}`, ({ isLive, view }) =>
        Boolean(
          isLive && view?.runs.some((one) => one.run === run && 'status' in one.view && one.view.status === status),
        ),
      )
    await has('not-open')(fay)
    expect(await fay.dialogue.send({ run, command: { type: 'openRound' } })).toEqual({ done: true })
    await has('open')(by)
    const offered = { type: 'offerContribution', text, attribution: 'named' } as const
    expect(await by.dialogue.send({ run, command: offered })).toEqual({ done: true })
    expect(await fay.dialogue.send({ run, command: { type: 'closeRound' } })).toEqual({ done: true })
  }

  /** It is asked that the first `extent` things that may be destroyed be destroyed, and all of these say yes. @returns up to where */
  async agree(extent: number, people: readonly Person[]): Promise<string> {
    const fay = this.facilitator
    await until(fay.dialogue, 'it can be asked', () => destructionOf(fay).extents.length >= extent)
    const { upTo } = destructionOf(fay).extents[extent - 1] ?? { upTo: '' }
    expect(await fay.dialogue.send({ type: 'askDestruction', upTo })).toEqual({ done: true })
    for (const person of people) {
      await until(person.dialogue, 'asked', () => destructionOf(person).asked?.mine === 'undecided')
      expect(await person.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
    }
    await until(fay.dialogue, 'agreed', () => destructionOf(fay).asked?.dueAt !== undefined)
    return upTo
  }

  /** Resolves when as many devices of somebody's seat as these have said that they have deleted the newest destruction. */
  async confirmed(person: Person, devices = 1): Promise<void> {
    const fay = this.facilitator
    const { seat } = person.dialogue.status.record
    await until(fay.dialogue, `${person.name} says that it is deleted`, () =>
      Boolean(
        destructionOf(fay)
          .destroyed.at(-1)
          ?.seats.some((one) => one.seat === seat && one.confirmed === devices),
      ),
    )
  }
}
