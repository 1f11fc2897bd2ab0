import { Worker } from 'node:worker_threads'
import type { Asked, Told } from './group.ts'
import { type OperationName, type Output, type Run, storageOver } from './operations.ts'
import { type Storage, StorageError, StorageFullError, StorageOpenError } from './ports.ts'
import type { DatabaseOptions } from './sqlite-database.ts'
import type { FromWorker, ToWorker, WorkerStart } from './storage-worker.ts'

/** Where the bundled thread lies, beside the bundle that starts it. */
const BESIDE = new URL('./storage-worker.js', import.meta.url)

export interface SqliteOptions extends DatabaseOptions {
  /** The thread's program, when it is not the one beside the bundle. */
  readonly workerUrl?: URL
  /** Called when the thread ends by itself; from then on every operation is refused. */
  readonly onLost?: () => void
}

interface Waiting {
  readonly resolve: (output: Output<OperationName>) => void
  readonly reject: (error: StorageError) => void
}

/**
 * Opens the database of a relay in a thread of its own: SQLite is synchronous, and one commit may wait for the disk for
 * tens of milliseconds. Operations that are asked in one turn travel in one message, and what is waiting when the
 * thread comes round shares one commit.
 *
 * @param path of the database file; its folder must be there
 * @returns rejects with {@link StorageOpenError} when the database cannot be opened
 */
export async function sqliteStorage(path: string, now: number, options: SqliteOptions = {}): Promise<Storage> {
  const { workerUrl = BESIDE, onLost = () => undefined, ...rest } = options
  const workerData: WorkerStart = { path, now, options: rest }
  const thread = new DatabaseThread(new Worker(workerUrl, { workerData }))
  await thread.opened
  thread.onLost(onLost)
  return storageOver(thread.run, thread.close)
}

class DatabaseThread {
  readonly opened: Promise<void>
  readonly #worker: Worker
  readonly #closed: Promise<void>
  readonly #waiting: Waiting[] = []
  #asked: Asked[] = []
  #isOver = false
  #isClosing = false

  constructor(worker: Worker) {
    this.#worker = worker
    let open: () => void = () => undefined
    let fail: (error: unknown) => void = () => undefined
    this.opened = new Promise((resolve, reject) => {
      open = resolve
      fail = reject
    })
    worker.on('message', (message: FromWorker) => {
      if (message === 'opened') open()
      else if ('told' in message) this.#settle(message.told)
      else fail(new StorageOpenError(message.refused, message.code))
    })
    // An error that reaches here is one of opening, or a mistake of ours; either way the thread is gone.
    worker.on('error', (error) => {
      fail(error)
      this.#giveUp()
    })
    this.#closed = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#giveUp()
        resolve()
      })
    })
  }

  /** Only once it is open: what ends before is told as why it cannot be opened. */
  onLost(lost: () => void): void {
    this.#worker.on('exit', () => {
      if (!this.#isClosing) lost()
    })
  }

  readonly run: Run = (name, input) => {
    if (this.#isOver) return Promise.reject(new StorageError('the storage is closed'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as Waiting['resolve'], reject })
      this.#asked.push({ name, input: input as Asked['input'] })
      if (this.#asked.length === 1) setImmediate(() => this.#flush())
    })
  }

  readonly close = (): Promise<void> => {
    if (!this.#isOver) {
      this.#flush()
      this.#isOver = true
      this.#isClosing = true
      this.#post('close')
    }
    return this.#closed
  }

  #flush(): void {
    if (this.#asked.length === 0) return
    this.#post({ asked: this.#asked })
    this.#asked = []
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #settle(told: readonly Told[]): void {
    for (const [i, waiting] of this.#waiting.splice(0, told.length).entries()) {
      const outcome = told[i] as Told
      if ('output' in outcome) waiting.resolve(outcome.output)
      else if (outcome.failed === 'full') waiting.reject(new StorageFullError(outcome.code))
      else waiting.reject(new StorageError(outcome.code))
    }
  }

  #giveUp(): void {
    this.#isOver = true
    for (const { reject } of this.#waiting.splice(0)) reject(new StorageError('the storage has ended'))
  }
}
