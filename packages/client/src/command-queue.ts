import { toBase64Url, utf8 } from '@antechamber/protocol'
import { type QueuedCommand, queueName } from './records.ts'
import type { Vault } from './vault.ts'

/** What became of a command: done, or refused by a rule, told as its code. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly code: string }

/** A command that is not done yet, or that was refused and waits to be looked at. */
export interface Pending<Command> {
  readonly id: string
  readonly command: Command
  readonly refusal: string | undefined
}

/**
 * The commands that a person has given and that are not yet done, kept across restarts and carried out one after the
 * other. A refused command stays, with its reason, until it is dismissed: what somebody wrote is never lost (LG7).
 */
export class CommandQueue<Command> {
  readonly #vault: Vault
  readonly #local: string
  readonly #random: (length: number) => Uint8Array
  readonly #carryOut: (record: QueuedCommand) => Promise<Outcome>
  readonly #changed: () => void
  readonly #interrupted: (failure: unknown) => void
  readonly #listeners = new Map<string, (outcome: Outcome) => void>()
  #records: readonly QueuedCommand[] = []
  #nextOrder = 1
  #isRunning = false

  constructor(
    vault: Vault,
    local: string,
    random: (length: number) => Uint8Array,
    carryOut: (record: QueuedCommand) => Promise<Outcome>,
    changed: () => void,
    interrupted: (failure: unknown) => void,
  ) {
    this.#vault = vault
    this.#local = local
    this.#random = random
    this.#carryOut = carryOut
    this.#changed = changed
    this.#interrupted = interrupted
  }

  get pending(): readonly Pending<Command>[] {
    return this.#records.map(({ id, command, refusal }) => ({ id, command: command as Command, refusal }))
  }

  /** Takes up what was left, and begins. */
  async start(): Promise<void> {
    this.#records = (await this.#vault.listJson(`queue/${this.#local}/`)) as readonly QueuedCommand[]
    this.#nextOrder = 1 + Math.max(0, ...this.#records.map(({ order }) => order))
    void this.#run()
  }

  /**
   * Resolves when the command is done or refused; it is kept before anything is tried.
   *
   * @param automatic the device gives it by itself: refused, it is forgotten
   */
  async add(command: Command, { automatic = false } = {}): Promise<Outcome> {
    const record: QueuedCommand = {
      v: 1,
      id: toBase64Url(this.#random(16)),
      order: this.#nextOrder++,
      command,
      ...(automatic && { automatic }),
    }
    const outcome = new Promise<Outcome>((resolve) => this.#listeners.set(record.id, resolve))
    await this.save(record)
    this.#records = [...this.#records, record]
    this.#changed()
    void this.#run()
    return outcome
  }

  /** Forgets a refused command. */
  async dismiss(id: string): Promise<void> {
    const record = this.#records.find((one) => one.id === id && one.refusal !== undefined)
    if (record) await this.#forget(record)
  }

  async save(record: QueuedCommand): Promise<void> {
    await this.#vault.write([{ name: queueName(this.#local, record.order), content: utf8(JSON.stringify(record)) }])
    this.#records = this.#records.map((one) => (one.id === record.id ? record : one))
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const outcome = await this.#carryOut(next)
        if (outcome.done || next.automatic) await this.#forget(next)
        else await this.save({ ...next, refusal: outcome.code })
        this.#listeners.get(next.id)?.(outcome)
        this.#listeners.delete(next.id)
        this.#changed()
      }
    } catch (failure) {
      // What is not done stays, for the next start.
      this.#interrupted(failure)
    } finally {
      this.#isRunning = false
    }
  }

  #next(): QueuedCommand | undefined {
    return this.#records.find(({ refusal }) => refusal === undefined)
  }

  async #forget(record: QueuedCommand): Promise<void> {
    await this.#vault.write([{ name: queueName(this.#local, record.order), content: undefined }])
    this.#records = this.#records.filter(({ id }) => id !== record.id)
    this.#changed()
  }
}
