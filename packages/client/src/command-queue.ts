import { toBase64Url, utf8 } from '@antechamber/protocol'
import { isForeseen } from './errors.ts'
import { type QueuedCommand, queueName } from './records.ts'
import type { Vault } from './vault.ts'

/**
 * What became of a command: done, or refused by a rule, told as its code.
 *
 * - `stopped`: what the relay serves contradicts itself, so that nothing is carried out here; see the notices
 * - `unexpected`: a mistake of ours; the command is kept, and the others go on
 * - `shut-out`, `declined`, `has-left`: this device is in the dialogue no more
 * - `unreachable`: the device was closed first; what it has kept is there at its next start
 */
export type Outcome = { readonly done: true } | { readonly done: false; readonly code: string }

/**
 * What carrying out comes to. `later`: it cannot be done now, and stays for the next start or {@link CommandQueue.resume};
 * `aside`: it waits for somebody, and those behind it go on ({@link CommandQueue.again}).
 */
export type Carried = Outcome | 'later' | 'aside'

/** A command that is not done yet, or that was refused and waits to be looked at. */
export interface Pending<Command> {
  readonly id: string
  readonly command: Command
  readonly refusal: string | undefined
}

/** What a queue needs around it. */
export interface CommandQueueOf {
  readonly vault: Vault
  /** The dialogue's name on this device. */
  readonly local: string
  readonly random: (length: number) => Uint8Array
  readonly carryOut: (record: QueuedCommand) => Promise<Carried>
  readonly changed: () => void
  /** The queue has stopped in the middle, as when the device cannot keep what it must; it is taken up by the next command. */
  readonly interrupted: (failure: unknown) => void
}

/**
 * The commands that a person has given and that are not yet done, kept across restarts and carried out one after the
 * other. A refused command stays, with its reason, until it is dismissed: what somebody wrote is never lost (LG7).
 */
export class CommandQueue<Command> {
  readonly #of: CommandQueueOf
  readonly #listeners = new Map<string, (outcome: Outcome) => void>()
  #records: readonly QueuedCommand[] = []
  #nextOrder = 1
  #loading: Promise<void> | undefined
  #isStarted = false
  #isRunning = false
  #isWaiting = false
  /** Commands that wait for somebody, by id. */
  readonly #aside = new Set<string>()
  #closedAs: string | undefined

  constructor(of: CommandQueueOf) {
    this.#of = of
  }

  get pending(): readonly Pending<Command>[] {
    return this.#records.map(({ id, command, refusal }) => ({ id, command: command as Command, refusal }))
  }

  /** Takes up what was left, and begins. */
  async start(): Promise<void> {
    await this.#load()
    this.#isStarted = true
    void this.#run()
  }

  /** Nothing can be carried out for now. Whoever waits is told `stopped`, and everything is kept. */
  pause(): void {
    this.#isWaiting = true
    this.#settleAll('stopped')
  }

  /** Tries again what waits for somebody; call it when something has changed. */
  again(): void {
    if (this.#aside.size === 0) return
    this.#aside.clear()
    void this.#run()
  }

  /** Tries again what could not be done before. */
  resume(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    void this.#run()
  }

  /**
   * Resolves when the command is done or refused, or nothing can be carried out for now; it is kept before anything is
   * tried. Rejects with StoreError when it could not be kept.
   */
  async add(command: Command): Promise<Outcome> {
    let listen: (outcome: Outcome) => void = () => undefined
    const outcome = new Promise<Outcome>((resolve) => {
      listen = resolve
    })
    await this.keep(command, { listener: listen })
    return outcome
  }

  /**
   * Keeps a command, to be carried out in its turn. Rejects with StoreError when it could not be kept.
   *
   * @param automatic the device gives it by itself: refused by a rule, it is forgotten
   */
  async keep(
    command: Command,
    {
      automatic = false,
      listener,
    }: { readonly automatic?: boolean; readonly listener?: (outcome: Outcome) => void } = {},
  ): Promise<void> {
    await this.#load()
    const id = toBase64Url(this.#of.random(16))
    if (listener) this.#listeners.set(id, listener)
    if (this.#closedAs !== undefined) return this.#settleAll(this.#closedAs)
    const record: QueuedCommand = { v: 1, id, order: this.#nextOrder++, command, ...(automatic && { automatic }) }
    try {
      await this.#write(record)
    } catch (failure) {
      this.#listeners.delete(id)
      throw failure
    }
    this.#records = [...this.#records, record]
    if (this.#isWaiting) this.#settleAll('stopped')
    this.#of.changed()
    void this.#run()
  }

  /** Forgets a refused command. */
  async dismiss(id: string): Promise<void> {
    const record = this.#records.find((one) => one.id === id && one.refusal !== undefined)
    if (record) await this.#forget(record)
  }

  async save(record: QueuedCommand): Promise<void> {
    await this.#write(record)
    this.#records = this.#records.map((one) => (one.id === record.id ? record : one))
  }

  /**
   * Carries out nothing more; whoever waits is told `code`. What is not done stays as it is.
   *
   * @param last a command that is told its own outcome yet: closing is what it has come to
   */
  close(code: string, last?: string): void {
    this.#closedAs = code
    this.#settleAll(code, last)
  }

  /** Once: what is added before would be numbered as what is there already. A load that failed is tried again. */
  #load(): Promise<void> {
    this.#loading ??= this.#readAll().catch((failure: unknown) => {
      this.#loading = undefined
      throw failure
    })
    return this.#loading
  }

  async #readAll(): Promise<void> {
    this.#records = (await this.#of.vault.listJson(`queue/${this.#of.local}/`)) as readonly QueuedCommand[]
    this.#nextOrder = 1 + Math.max(0, ...this.#records.map(({ order }) => order))
  }

  async #run(): Promise<void> {
    if (this.#isRunning || !this.#isStarted) return
    this.#isRunning = true
    try {
      for (let next = this.#next(); next; next = this.#next()) await this.#carryOutOne(next)
    } catch (failure) {
      // What is not done stays, for the next command or the next start.
      this.#of.interrupted(failure)
    } finally {
      this.#isRunning = false
    }
  }

  async #carryOutOne(next: QueuedCommand): Promise<void> {
    const outcome = await this.#outcomeOf(next)
    if (outcome === 'later') return this.pause()
    if (outcome === 'aside') return void this.#aside.add(next.id)
    // Closed by this very command, or while it was under way: nothing is written any more.
    if (this.#closedAs !== undefined) return this.#settle(next.id, outcome)
    const isForgotten = outcome.done || (next.automatic && outcome.code !== 'unexpected')
    if (isForgotten) await this.#forget(next)
    else await this.save({ ...next, refusal: outcome.code })
    this.#settle(next.id, outcome)
    this.#of.changed()
  }

  /** What nobody has foreseen refuses the one command that met it, also one of the device's own: it never blocks the others. */
  async #outcomeOf(next: QueuedCommand): Promise<Carried> {
    try {
      return await this.#of.carryOut(next)
    } catch (failure) {
      if (isForeseen(failure)) throw failure
      return { done: false, code: 'unexpected' }
    }
  }

  #next(): QueuedCommand | undefined {
    if (this.#closedAs !== undefined || this.#isWaiting) return undefined
    return this.#records.find(({ id, refusal }) => refusal === undefined && !this.#aside.has(id))
  }

  #settle(id: string, outcome: Outcome): void {
    this.#listeners.get(id)?.(outcome)
    this.#listeners.delete(id)
  }

  #settleAll(code: string, but?: string): void {
    for (const id of [...this.#listeners.keys()]) if (id !== but) this.#settle(id, { done: false, code })
  }

  async #write(record: QueuedCommand): Promise<void> {
    const name = queueName(this.#of.local, record.order)
    await this.#of.vault.write([{ name, content: utf8(JSON.stringify(record)) }])
  }

  async #forget(record: QueuedCommand): Promise<void> {
    await this.#of.vault.write([{ name: queueName(this.#of.local, record.order), content: undefined }])
    this.#records = this.#records.filter(({ id }) => id !== record.id)
    this.#of.changed()
  }
}
