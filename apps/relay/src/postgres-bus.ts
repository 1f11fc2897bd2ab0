import { randomBytes } from 'node:crypto'
import { fromBase64Url, toBase64Url } from '@antechamber/protocol'
import pg from 'pg'
import { type Bus, type Hint, processBus, type SpaceHint } from './bus.ts'
import type { Clock } from './clock.ts'
import { describeFailure, type Log } from './log.ts'
import { connectionConfig } from './storage/postgres-database.ts'

const CHANNEL = 'antechamber'
/** How often the storage is asked although nothing was heard: a sender may have ended before it could give its hint. */
export const POLL_MS = 5_000
/** How often a connection that is gone is made again, and one that is there is tried. */
const TRY_MS = 1_000
const ANSWER_MS = 10_000
/** Devices in one notification, which holds 8,000 bytes at most. */
const DEVICES = 256
/** Notifications that wait to be sent; beyond them they are dropped, as they are while there is no connection. */
const WAITING = 10_000
const SENT_AT_ONCE = 128

/** A hint as text, with who sends it; a long list of devices becomes several. */
function* textsOf(sender: string, hint: SpaceHint): Generator<string> {
  const text = (more: object) =>
    JSON.stringify({ from: sender, type: hint.type, space: toBase64Url(hint.space), ...more })
  if (hint.type === 'grown') yield text({ head: hint.head })
  else if (hint.type === 'joined') yield text({ invitation: toBase64Url(hint.invitation) })
  else if (hint.type === 'held') yield text({ device: toBase64Url(hint.device) })
  else if (hint.type !== 'removed') yield text({})
  else {
    for (let i = 0; i < hint.devices.length; i += DEVICES) {
      yield text({ devices: hint.devices.slice(i, i + DEVICES).map(toBase64Url) })
    }
  }
}

/** What another relay has sent; undefined for what is not of this version, and for what this one has sent itself. */
export function hintOf(sender: string, text: string): SpaceHint | undefined {
  const { from, type, space: spaceText, head, invitation: invitationText, device: deviceText, devices } = fields(text)
  const space = bytesOf(spaceText)
  if (from === sender || space === undefined) return undefined
  if (type === 'purged' || type === 'withdrawn' || type === 'freed') return { type, space }
  if (type === 'grown') return Number.isSafeInteger(head) ? { type, space, head: head as number } : undefined
  if (type === 'joined') {
    const invitation = bytesOf(invitationText)
    return invitation && { type, space, invitation }
  }
  if (type === 'held') {
    const device = bytesOf(deviceText)
    return device && { type, space, device }
  }
  if (type !== 'removed' || !Array.isArray(devices)) return undefined
  return { type, space, devices: devices.map(bytesOf).filter((device) => device !== undefined) }
}

const bytesOf = (text: unknown): Uint8Array | undefined => (typeof text === 'string' ? fromBase64Url(text) : undefined)

function fields(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/**
 * A bus between the relays of one PostgreSQL, by LISTEN and NOTIFY. A relay that has lost its connection hears nothing:
 * once it is back, and every {@link POLL_MS} in any case, it says `missed` to its own listeners.
 *
 * Resolves once it listens; rejects as {@link pg.Client.connect} does.
 */
export async function postgresBus(url: string, clock: Clock, log: Log): Promise<Bus> {
  const bus = new PostgresBus(url, clock, log)
  await bus.connect()
  return bus
}

class PostgresBus implements Bus {
  readonly #url: string
  readonly #log: Log
  readonly #sender = toBase64Url(new Uint8Array(randomBytes(12)))
  readonly #here = processBus()
  readonly #stops: readonly (() => void)[]
  #client: pg.Client | undefined
  #waiting: string[] = []
  #isSending = false
  #isTrying = false
  #isOver = false

  constructor(url: string, clock: Clock, log: Log) {
    this.#url = url
    this.#log = log
    this.#stops = [
      clock.repeat(POLL_MS, () => this.#here.publish({ type: 'missed' })),
      clock.repeat(TRY_MS, () => void this.#try()),
    ]
  }

  readonly publish = (hint: Hint): void => {
    this.#here.publish(hint)
    if (hint.type === 'missed' || this.#client === undefined || this.#waiting.length >= WAITING) return
    this.#waiting.push(...textsOf(this.#sender, hint))
    void this.#send()
  }

  readonly subscribe = (listener: (hint: Hint) => void): (() => void) => this.#here.subscribe(listener)

  readonly close = async (): Promise<void> => {
    this.#isOver = true
    for (const stop of this.#stops) stop()
    await this.#here.close()
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }

  async connect(): Promise<void> {
    const client = new pg.Client({ ...connectionConfig(this.#url), query_timeout: ANSWER_MS })
    // Both come when a connection breaks; either is its end.
    client.on('error', () => this.#lose(client))
    client.on('end', () => this.#lose(client))
    client.on('notification', ({ payload }) => {
      const hint = hintOf(this.#sender, payload ?? '')
      if (hint !== undefined) this.#here.publish(hint)
    })
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    if (this.#isOver) return client.end()
    this.#client = client
    this.#here.publish({ type: 'missed' })
  }

  /** Makes the connection if there is none; otherwise sees whether it is alive. */
  async #try(): Promise<void> {
    if (this.#isTrying || this.#isOver) return
    this.#isTrying = true
    const client = this.#client
    try {
      if (client === undefined) await this.connect()
      else await client.query('SELECT 1')
    } catch (error) {
      if (client !== undefined) this.#lose(client)
      else this.#log('warn', 'failed', describeFailure(error))
    } finally {
      this.#isTrying = false
    }
  }

  async #send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    try {
      while (this.#client !== undefined && this.#waiting.length > 0) {
        const texts = this.#waiting.splice(0, SENT_AT_ONCE)
        await this.#client.query(`SELECT pg_notify('${CHANNEL}', hint) FROM unnest($1::text[]) AS hint`, [texts])
      }
    } catch {
      // A connection that fails is lost, and what was to be said on it; everybody asks the storage in time.
      if (this.#client !== undefined) this.#lose(this.#client)
    } finally {
      this.#isSending = false
    }
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#waiting = []
    client.end().catch(() => undefined)
  }
}
