import type { Platform } from '@antechamber/client'
import { type MemoryDevice, memoryPlatform } from '@antechamber/client/node'
import type { RelayMessage } from '@antechamber/protocol'
import { type Interfered, interfere, type Rules } from '../interference.ts'
import { type Around, joinByLink, NORTH, openDevice, type Person } from '../scene.ts'
import { recorded, type Traffic } from '../traffic.ts'
import { until } from '../wait.ts'
import { FalseLog, type Falsify } from './false-log.ts'
import { signsOf } from './signs.ts'
import { copyOf, ledTo, NAMES, type Name, ORIGIN, startRelayOn, type World } from './world.ts'

const HOUR_MS = 60 * 60 * 1000
/** A device looks every minute at what time alone changes; here every twentieth of a second. */
const POLL_MS = { real: 60_000, here: 50 }
/** What waits for an answer waits as long as it does everywhere. */
const UNHURRIED_MS = [10_000, 30_000, 45_000]
const HURRY = 50
/** How long nothing more must happen before a moment is over. */
const QUIET_MS = 60
/** Long enough for two busy cores. */
const PATIENCE_MS = 20_000

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Somebody with Eve between their device and the relay. */
export interface Actor extends Person {
  readonly eve: Interfered
  /** The port of the relay that this device is led to. */
  port: number
}

/** Ben comes by an invitation while Eve is at work, and so may Eve. */
export type Anyone = Name | 'Ben' | 'Eve'

/** A dialogue that Eve plays one trick on, with everybody online. */
export class Stage {
  readonly world: World
  readonly actors = new Map<Anyone, Actor>()
  readonly #relays: Awaited<ReturnType<typeof startRelayOn>>[] = []
  readonly #looks = new Map<Anyone, number>()
  #moved = 0
  #said = 0

  private constructor(world: World) {
    this.world = world
  }

  /** Starts a relay and three devices where the world was stopped. */
  static async open(world: World): Promise<Stage> {
    const stage = new Stage(world)
    const relay = await stage.startRelay()
    for (const name of NAMES) stage.actors.set(name, await stage.#start(name, relay.port))
    for (const { dialogue } of stage.actors.values())
      await until(dialogue, 'everybody is back', ({ isLive, view }) => isLive && view !== undefined)
    return stage
  }

  /** A relay that has what the first one had when the world was stopped. */
  async startRelay() {
    const relay = await startRelayOn(this.world.vault, this.world.state)
    this.#relays.push(relay)
    return relay
  }

  actor(name: Anyone): Actor {
    const found = this.actors.get(name)
    if (!found) throw new Error(`${name} is not there`)
    return found
  }

  async close(): Promise<void> {
    for (const { device } of this.actors.values()) device.close()
    for (const relay of this.#relays) await relay.stop()
  }

  /** Somebody writes to the room. Resolves when it is done, or refused. */
  async writes(name: Name): Promise<void> {
    this.#said += 1
    const text = `${name} says thing ${this.#said}.`
    const { run } = this.world
    await this.actor(name).dialogue.send({ run, command: { type: 'offerContribution', text, attribution: 'side' } })
  }

  /** Somebody writes what will never be done, as long as Eve has her way. */
  async tries(name: Name): Promise<void> {
    void this.writes(name)
  }

  /** Fay goes on to the next stage, so that the room and every caucus get another chapter. */
  async nextChapter(): Promise<void> {
    const { dialogue } = this.actor('Fay')
    const { run, nextStage: stage } = this.world
    await dialogue.send({ run, command: { type: 'closeRound' } })
    const entered = await dialogue.send({ type: 'enterStage', stage, reason: 'It is time.' })
    if (entered.done) await until(dialogue, 'the next stage', ({ view }) => view?.stages[2]?.status === 'now')
  }

  /** Two days pass on everybody's clock, in steps in which every device looks what time has changed. */
  async days(): Promise<void> {
    for (let hours = 0; hours < 48; hours += 6) {
      this.#moved += 6 * HOUR_MS
      const before = new Map(this.#looks)
      const hasLooked = (name: Anyone): boolean => this.#looksOf(name) >= (before.get(name) ?? 0) + 2
      while (!NAMES.every(hasLooked)) await rest(5)
    }
  }

  /** How often a device has looked what time has changed. */
  #looksOf(name: Anyone): number {
    return this.#looks.get(name) ?? 0
  }

  /** Fay invites Ben, who joins and waits. Resolves with the link once Fay's device has seen him. */
  async benComes(rules: Rules = {}): Promise<string> {
    const { dialogue } = this.actor('Fay')
    const { link, id } = await dialogue.invite({ role: 'participant', side: NORTH, label: 'Ben' })
    await this.join('Ben', link, rules)
    await until(dialogue, 'Ben comes', ({ invitations }) =>
      invitations.some((one) => one.id === id && one.state !== 'open'),
    )
    return link
  }

  /** Somebody joins by a link; whoever comes as Ben is looked at from then on. */
  async join(name: Anyone, link: string, rules: Rules = {}): Promise<void> {
    const { port } = this.actor('Fay')
    let eve: Interfered | undefined
    const around: Around = (platform) => {
      eve = interfere(this.#inHurry(ledTo(() => port)(platform), name), rules)
      return eve.platform
    }
    const person = await joinByLink(
      { url: ORIGIN, secret: new Uint8Array(0), stop: async () => undefined },
      link,
      name,
      'en',
      around,
    )
    if (eve) this.actors.set(name, Object.assign(person, { eve, port }))
  }

  /** Shows somebody a log of the room that is not the relay's. */
  shows(name: Name, falsify: Falsify): void {
    const { rules } = this.actor(name).eve
    const log = new FalseLog(falsify)
    rules.receives = (message, line) => (line.space === this.world.room ? falsified(log, message) : message)
    const before = rules.sends
    rules.sends = (message, answer, line) => {
      const passed = before ? before(message, answer, line) : message
      const isOfRoom = line.space === this.world.room
      return isOfRoom && passed?.type === 'tail' ? { ...passed, after: log.meant(passed.after) } : passed
    }
  }

  /** Leads somebody's device to another relay than before. */
  leads(name: Name, port: number): void {
    const actor = this.actor(name)
    actor.port = port
    actor.eve.cut()
  }

  /**
   * Resolves with what everybody is told, once that is as expected and stays so for a while, or after a long time.
   *
   * @param expected sorted, each `<name>: <sign>`
   */
  async settled(expected: readonly string[]): Promise<readonly string[]> {
    const start = performance.now()
    const wanted = expected.join()
    for (let since = start; performance.now() - start < PATIENCE_MS; await rest(5)) {
      if (this.signs().join() !== wanted) since = performance.now()
      else if (performance.now() - since > QUIET_MS) break
    }
    return this.signs()
  }

  /** What everybody is told now, sorted, each `<name>: <sign>`. */
  signs(): readonly string[] {
    return [...this.actors]
      .flatMap(([name, { dialogue }]) => signsOf(dialogue.status).map((sign) => `${name}: ${sign}`))
      .sort()
  }

  #inHurry(platform: Platform, name: Anyone): Platform {
    const looks = (call: () => void) => (): void => {
      this.#looks.set(name, this.#looksOf(name) + 1)
      call()
    }
    return {
      ...platform,
      now: () => platform.now() + this.#moved,
      after: (ms, call) =>
        ms === POLL_MS.real
          ? platform.after(POLL_MS.here, looks(call))
          : platform.after(UNHURRIED_MS.includes(ms) ? ms : ms / HURRY, call),
    }
  }

  /** Somebody's device is closed, and opened again with other rules around it. */
  async restarts(name: Name, rules: Rules): Promise<void> {
    const { device, platform, memory, port } = this.actor(name)
    device.close()
    await platform.store.close()
    this.actors.set(name, await this.#start(name, port, memory, rules))
  }

  /** @param memory what the device has kept; what it had kept when the world was stopped, unless given */
  async #start(name: Name, port: number, memory?: MemoryDevice, rules: Rules = {}): Promise<Actor> {
    const { local, ...kept } = this.world.devices[name]
    const own = memory ?? (await copyOf(kept))
    const traffic: Traffic = { up: [], down: [] }
    const led: { port: number } = { port }
    const around = ledTo(() => led.port)(recorded(await memoryPlatform(own), traffic))
    const eve = interfere(this.#inHurry(around, name), rules)
    const device = await openDevice(eve.platform, { url: ORIGIN })
    const dialogue = device.dialogue(local)
    if (!dialogue) throw new Error(`${name} has forgotten the dialogue`)
    return Object.assign(led, { name, memory: own, traffic, device, platform: eve.platform, dialogue, eve })
  }
}

/** What the relay says of the room, as if the false log were its own. */
function falsified(log: FalseLog, message: RelayMessage): RelayMessage {
  if (message.type === 'appended') return { ...message, n: log.told(message.n) }
  if (message.type === 'entered') return { ...message, head: log.told(message.head) }
  if (message.type !== 'items') return message
  const items = message.items.flatMap((item) => log.show(item))
  return { ...message, items, head: log.told(message.head) }
}
