import type { RelayCode } from '@antechamber/protocol'
import { pino } from 'pino'

/** All that the relay ever writes to its log. */
export type LogEvent =
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'swept'
  | 'storage-full'
  | 'storage-lost'
  | 'storage-writable'
  | 'pages-missing'
  | 'slow-reader'
  | 'key-renewed'
  | 'failed'

declare const checked: unique symbol
/** A word that passed a pattern which no id, address or content passes; made by {@link describeFailure} only. */
export type FailureWord = string & { readonly [checked]: true }

/** What may stand beside an event: counts, sizes, durations, codes. A string that is none of these does not compile. */
export interface LogFields {
  readonly count?: number
  readonly bytes?: number
  readonly ms?: number
  readonly code?: RelayCode
  readonly kind?: FailureWord
  readonly system?: FailureWord
  readonly where?: FailureWord
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

export type Log = (level: 'info' | 'warn' | 'error', event: LogEvent, fields?: LogFields) => void

/** Where log lines go: one JSON object a line. */
export interface LogDestination {
  write(line: string): void
}

export function createLog(level: LogLevel, destination: LogDestination): Log {
  // No pid and no host name: a log that is handed on should not say whose machine it was.
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  return (at, event, fields) => logger[at]({ event, ...fields })
}

const word = (text: unknown, pattern: RegExp): FailureWord | undefined =>
  typeof text === 'string' && pattern.test(text) ? (text as FailureWord) : undefined

/**
 * What may be told of an unexpected error: its class, the system's code, and the place in our code. Never its message,
 * which may quote what somebody sent.
 */
export function describeFailure(error: unknown): LogFields {
  if (!(error instanceof Error)) return {}
  const system = word('code' in error ? error.code : undefined, /^[A-Z][A-Z_]{1,40}$/)
  const kind = word(error.name, /^[A-Za-z]{1,40}$/)
  const frame = /([\w.-]+\.(?:ts|js|mjs):\d+):\d+\)?$/m.exec(error.stack ?? '')?.[1]
  const where = word(frame, /^[\w.-]+\.(?:ts|js|mjs):\d+$/)
  return { ...(kind && { kind }), ...(system && { system }), ...(where && { where }) }
}
