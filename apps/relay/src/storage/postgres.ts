import type pg from 'pg'
import { databaseOperations } from './database-operations.ts'
import { migrate, NewerDatabaseError } from './migrate.ts'
import {
  type Input,
  type OperationName,
  type Output,
  READS,
  type Run,
  type SteppedOperations,
  storageOver,
} from './operations.ts'
import {
  type SpaceLimits,
  type SpaceOpening,
  type Storage,
  StorageError,
  StorageFullError,
  StorageOpenError,
} from './ports.ts'
import { answerOn, codeOf, type Held, isAnswer, isFull, openPool, transact } from './postgres-database.ts'
import { keyOf } from './rules.ts'
import { runLater, type Steps } from './steps.ts'

/** Operations on one space that share a transaction at most. */
const GROUP = 256

interface Waiting {
  readonly steps: () => Steps<Output<OperationName>>
  readonly resolve: (output: Output<OperationName>) => void
  readonly reject: (error: unknown) => void
}

/** What a write needs to have to itself. A space that is being opened is not there yet: its key is what it is alone by. */
function heldBy(name: OperationName, input: Input<OperationName>): Held | undefined {
  if (name === 'openSpace') {
    const { permit } = input as SpaceOpening
    return permit.type === 'invitation' ? { invitation: permit.invitation } : undefined
  }
  if ('space' in input && input.space instanceof Uint8Array) return { space: input.space }
  return 'invitation' in input && input.invitation instanceof Uint8Array ? { invitation: input.invitation } : undefined
}

const keyOfHeld = (held: Held): string => ('space' in held ? `s${keyOf(held.space)}` : `i${keyOf(held.invitation)}`)

const told = (error: unknown): Error => {
  if (error instanceof StorageError) return error
  return isFull(error) ? new StorageFullError(codeOf(error)) : new StorageError(codeOf(error))
}

/**
 * Writes run one space at a time in the order in which they were asked; those that wait for the same space share one
 * transaction and one commit. Different spaces do not wait for each other.
 */
class PostgresRunner {
  readonly #pool: pg.Pool
  readonly #operations: SteppedOperations
  readonly #queues = new Map<string, Waiting[]>()
  readonly #running = new Set<Promise<unknown>>()
  #isOver = false

  constructor(pool: pg.Pool, limits: SpaceLimits) {
    this.#pool = pool
    this.#operations = databaseOperations(limits)
  }

  readonly run: Run = (name, input) => {
    type Out = Output<typeof name>
    if (this.#isOver) return Promise.reject(new StorageError('the storage is closed'))
    const steps = () => this.#operations[name](input as never) as Steps<Out>
    return this.#watched(this.#start(name, input as Input<OperationName>, steps)).catch((error: unknown) => {
      throw told(error)
    })
  }

  readonly close = async (): Promise<void> => {
    if (this.#isOver) return
    this.#isOver = true
    await Promise.allSettled(this.#running)
    await this.#pool.end()
  }

  #watched<T>(promise: Promise<T>): Promise<T> {
    this.#running.add(promise)
    const done = () => this.#running.delete(promise)
    promise.then(done, done)
    return promise
  }

  async #start<T extends Output<OperationName>>(
    name: OperationName,
    input: Input<OperationName>,
    steps: () => Steps<T>,
  ): Promise<T> {
    if (READS.has(name)) return runLater(answerOn(this.#pool), steps())
    const held = heldBy(name, input)
    if (held !== undefined) return this.#queued(held, steps)
    const output = await transact(this.#pool, undefined, (answer) => runLater(answer, steps()))
    // Nobody waits for it: who was in a purged space is to be told at once.
    if (name === 'sweep') void this.#watched(this.#tidy(output as Output<'sweep'>))
    return output
  }

  #queued<T extends Output<OperationName>>(held: Held, steps: () => Steps<T>): Promise<T> {
    const key = keyOfHeld(held)
    return new Promise((resolve, reject) => {
      const waiting = { steps, resolve: resolve as Waiting['resolve'], reject }
      const queue = this.#queues.get(key)
      if (queue !== undefined) return void queue.push(waiting)
      this.#queues.set(key, [waiting])
      // What is asked in one turn shares the first commit already.
      setImmediate(() => void this.#work(key, held))
    })
  }

  async #work(key: string, held: Held): Promise<void> {
    const queue = this.#queues.get(key) ?? []
    while (queue.length > 0) await this.#settle(queue.splice(0, GROUP), held)
    this.#queues.delete(key)
  }

  /** All in one transaction; when that fails, each in one of its own, so that nobody pays for another's failure. */
  async #settle(group: readonly Waiting[], held: Held): Promise<void> {
    try {
      const outputs = await transact(this.#pool, held, async (answer) => {
        const done: Output<OperationName>[] = []
        for (const { steps } of group) done.push(await runLater(answer, steps()))
        return done
      })
      for (const [i, { resolve }] of group.entries()) resolve(outputs[i] as Output<OperationName>)
    } catch (error) {
      // A server that is lost may have committed: then what is asked again finds it, and says so.
      if (group.length > 1 && isAnswer(error)) for (const waiting of group) await this.#settle([waiting], held)
      else for (const { reject } of group) reject(error)
    }
  }

  /**
   * After a purge: gives the room of what was deleted back to the tables, to be written over. A database that tidies
   * by itself need not know the word.
   */
  async #tidy({ spaces }: Output<'sweep'>): Promise<void> {
    if (spaces.length === 0) return
    const tables = [
      'envelopes',
      'grants',
      'regrants',
      'chapters',
      'access',
      'sealing_keys',
      'spaces',
      'invitations',
      'joins',
    ]
    await this.#pool.query(`VACUUM ${tables.join(', ')}`).catch(() => undefined)
  }
}

/**
 * Opens a database that several relays may share, and brings it up to date.
 *
 * @param url `postgres://user:password@host:port/name`
 * @returns rejects with {@link StorageOpenError} when it cannot be reached, or a newer relay has been there
 */
export async function postgresStorage(url: string, now: number, limits: SpaceLimits = {}): Promise<Storage> {
  const pool = openPool(url)
  try {
    await transact(pool, undefined, (answer) => runLater(answer, migrate('postgres', now)))
  } catch (error) {
    await pool.end()
    throw new StorageOpenError(error instanceof NewerDatabaseError ? 'newer' : 'unreadable', codeOf(error))
  }
  const runner = new PostgresRunner(pool, limits)
  return storageOver(runner.run, runner.close)
}
