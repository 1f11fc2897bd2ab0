import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { databaseOperations } from './database-operations.ts'
import { type Asked, runGroup, type Told } from './group.ts'
import { NewerDatabaseError } from './migrate.ts'
import type { StorageOpenError, Swept } from './ports.ts'
import { codeOf, type Database, type DatabaseOptions, openDatabase } from './sqlite-database.ts'

/** What the thread is started with. */
export interface WorkerStart {
  readonly path: string
  readonly now: number
  readonly options: DatabaseOptions
}

/** From the main thread: operations, or that there will be no more. */
export type ToWorker = { readonly asked: readonly Asked[] } | 'close'
/** To the main thread: whether the database is open, and then the outcomes in the order of the operations. */
export type FromWorker =
  | 'opened'
  | { readonly refused: StorageOpenError['reason']; readonly code: string }
  | { readonly told: readonly Told[] }

/** A group that takes longer than this many operations makes the first of them wait for the last. */
const GROUP = 1024

/** Takes what else has arrived meanwhile, so that it shares the commit. */
function drain(port: MessagePort, first: ToWorker): { readonly asked: Asked[]; readonly isLast: boolean } {
  const asked: Asked[] = []
  let message: ToWorker | undefined = first
  while (message !== undefined && message !== 'close') {
    asked.push(...message.asked)
    message = asked.length < GROUP ? (receiveMessageOnPort(port)?.message as ToWorker | undefined) : undefined
  }
  return { asked, isLast: message === 'close' }
}

const hasPurged = (told: Told | undefined): boolean =>
  told !== undefined && 'output' in told && (told.output as Swept).spaces.length > 0

type Send = (message: FromWorker) => void

/** Opens the database, or tells why it cannot be opened. */
function openOrTell({ path, now, options }: WorkerStart, send: Send): Database | undefined {
  try {
    return openDatabase(path, now, options)
  } catch (error) {
    send({ refused: error instanceof NewerDatabaseError ? 'newer' : 'unreadable', code: codeOf(error) })
    return undefined
  }
}

function serve(port: MessagePort, start: WorkerStart): void {
  const send: Send = (message) => port.postMessage(message)
  const db = openOrTell(start, send)
  if (db === undefined) return
  const operations = databaseOperations(start.options)
  port.on('message', (message: ToWorker) => {
    const { asked, isLast } = drain(port, message)
    const told = runGroup(db, operations, asked)
    // What was purged is not to lie about in the write-ahead log until somebody writes again.
    if (asked.some(({ name }, i) => name === 'sweep' && hasPurged(told[i]))) db.checkpoint()
    if (told.length > 0) send({ told })
    if (!isLast) return
    db.checkpoint()
    db.close()
    port.close()
  })
  send('opened')
}

if (parentPort) serve(parentPort, workerData as WorkerStart)
