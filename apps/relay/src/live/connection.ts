import {
  codeNumber,
  type DeviceMessage,
  decode,
  deviceMessage,
  isOfVersion,
  MAX_MESSAGE_BYTES,
  type RelayCode,
} from '@antechamber/protocol'
import type { RawData, WebSocket } from 'ws'
import type { Timing } from '../config/config.ts'
import type { Health } from '../health.ts'
import { describeFailure, type Log } from '../log.ts'
import type { Rates } from '../rates.ts'
import { type InSpace, StorageError, StorageFullError } from '../storage/ports.ts'
import { keyOf } from '../storage/rules.ts'
import { frameOf, type Request } from './frames.ts'
import { drawNonce, isLogin, pickVersion } from './login.ts'
import { createOutlet } from './outlet.ts'
import { Pump } from './pump.ts'
import { answer, RATE_OF, type RequestPorts, WRITES } from './requests.ts'

/** A greeting and a log-in each fit into this. How much a stranger may send in all: live.ts. */
const MAX_STRANGER_BYTES = 1024
/** Unhandled messages of one connection, beyond which its socket is not read. */
const QUEUE_BYTES = 256 * 1024
const QUEUE_MESSAGES = 64
/** Appends of one connection that may be on their way to the disk at once. */
const APPENDS_AT_ONCE = 64
/** After its last word a connection has this long to close by itself. */
const CLOSE_MS = 5_000

export interface ConnectionPorts extends RequestPorts {
  readonly rates: Rates
  readonly health: Health
  readonly log: Log
  readonly timing: Timing
}

/** One WebSocket: from hello to its end. */
export interface Connection {
  /** Looks at the clock: log-in in time, reader not stalled, other end alive. */
  tick(now: number): void
  end(code: RelayCode): void
  /** Ends, and reads nothing more of what is still being sent. */
  endUnread(code: RelayCode): void
}

type Phase =
  | { readonly at: 'hello' }
  | { readonly at: 'login'; readonly version: number; readonly nonce: Uint8Array }
  | {
      readonly at: 'inside'
      readonly version: number
      readonly session: InSpace
      readonly pump: Pump
      readonly leave: () => void
    }
  | { readonly at: 'over'; readonly since: number }

/**
 * @param host what a log-in over this connection must be signed for
 * @param onEntered called once, when it has logged in
 */
export function connect(socket: WebSocket, host: string, ports: ConnectionPorts, onEntered: () => void): Connection {
  return new LiveConnection(socket, host, ports, onEntered)
}

class LiveConnection implements Connection {
  readonly #socket: WebSocket
  readonly #host: string
  readonly #ports: ConnectionPorts
  readonly #onEntered: () => void
  readonly #outlet
  readonly #openedAt: number
  readonly #queue: (Buffer | 'text')[] = []
  #queuedBytes = 0
  #isWorking = false
  #appending = 0
  #appended: (() => void) | undefined
  #phase: Phase = { at: 'hello' }
  #isAlive = true
  #pingedAt: number

  constructor(socket: WebSocket, host: string, ports: ConnectionPorts, onEntered: () => void) {
    this.#socket = socket
    this.#host = host
    this.#ports = ports
    this.#onEntered = onEntered
    this.#openedAt = ports.clock.now()
    this.#pingedAt = this.#openedAt
    this.#outlet = createOutlet(socket, ports.clock.now, ports.metrics.sent, ports.allowance)
    socket.on('message', (bytes, isBinary) => this.#receive(bytes, isBinary))
    socket.on('pong', () => {
      this.#isAlive = true
    })
    // A frame that is too long or no frame at all: ws itself closes with 1009 or 1002.
    socket.on('error', () => this.#leave())
    socket.on('close', () => this.#leave())
  }

  tick(now: number): void {
    const { loginMs, stallMs, pingMs } = this.#ports.timing
    const phase = this.#phase
    if (phase.at === 'over') {
      if (now - phase.since >= CLOSE_MS) this.#socket.terminate()
    } else if (phase.at !== 'inside' && now - this.#openedAt >= loginMs) {
      this.end('malformed')
    } else if (this.#outlet.stalledMs(now) >= stallMs) {
      this.#ports.log('info', 'slow-reader')
      this.end('slow-reader')
    } else if (now - this.#pingedAt >= pingMs) {
      if (!this.#isAlive) return this.#socket.terminate()
      this.#isAlive = false
      this.#pingedAt = now
      this.#socket.ping()
    }
  }

  end(code: RelayCode): void {
    if (this.#phase.at === 'over') return
    this.#leave()
    this.#refuse(0, code)
    this.#socket.close(1000)
  }

  endUnread(code: RelayCode): void {
    this.end(code)
    this.#socket.pause()
  }

  #refuse(ref: number, code: RelayCode, retryAfterMs = 0): void {
    this.#ports.metrics.refused('live', code)
    this.#outlet.send(frameOf({ type: 'refused', ref, code: codeNumber(code), retryAfterMs }))
  }

  #leave(): void {
    const phase = this.#phase
    if (phase.at === 'over') return
    this.#phase = { at: 'over', since: this.#ports.clock.now() }
    this.#queue.length = 0
    if (phase.at !== 'inside') return
    this.#ports.holds.end(phase.session.space, phase.session.device)
    phase.pump.stop()
    phase.leave()
  }

  #fail(error: unknown): void {
    this.#ports.log('error', 'failed', describeFailure(error))
    this.#leave()
    this.#socket.close(1011)
  }

  #receive(bytes: RawData, isBinary: boolean): void {
    if (this.#phase.at === 'over') return
    this.#isAlive = true
    const message = isBinary ? (bytes as Buffer) : 'text'
    this.#queue.push(message)
    this.#queuedBytes += message.length
    if (this.#queuedBytes > QUEUE_BYTES || this.#queue.length > QUEUE_MESSAGES) this.#socket.pause()
    void this.#work()
  }

  /** Takes the messages one by one, in their order, and no faster than the answers leave. */
  async #work(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#queuedBytes -= next.length
        await this.#take(next)
        await this.#outlet.room()
        if (this.#queue.length === 0 && this.#socket.isPaused) this.#socket.resume()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isWorking = false
    }
  }

  async #take(bytes: Buffer | 'text'): Promise<void> {
    if (bytes === 'text') return this.end('malformed')
    const maxBytes = this.#phase.at === 'inside' ? MAX_MESSAGE_BYTES : MAX_STRANGER_BYTES
    const message = decode(deviceMessage, bytes, maxBytes)
    if (!message.ok) return this.end(message.error.code === 'too-large' ? 'too-large' : 'malformed')
    const phase = this.#phase
    if (phase.at === 'hello' && message.value.type === 'hello') return this.#hello(message.value.versions)
    if (phase.at === 'login' && message.value.type === 'login') return this.#login(message.value, phase)
    if (phase.at !== 'inside' || !('ref' in message.value) || message.value.ref === 0) return this.end('malformed')
    if (!isOfVersion(message.value.type, phase.version)) return this.end('malformed')
    return this.#request(phase, message.value)
  }

  #hello(versions: readonly number[]): void {
    const version = pickVersion(versions)
    if (typeof version === 'string') return this.end(version)
    const nonce = drawNonce()
    this.#phase = { at: 'login', version, nonce }
    this.#outlet.send(frameOf({ type: 'welcome', version, nonce }))
  }

  async #login(
    login: Extract<DeviceMessage, { type: 'login' }>,
    { version, nonce }: Extract<Phase, { at: 'login' }>,
  ): Promise<void> {
    const { storage, spaces, clock } = this.#ports
    const session: InSpace = { space: login.space, device: login.device }
    const entrance = await storage.roster.enter(session)
    if (this.#phase.at !== 'login') return
    const loginKey = entrance.ok ? entrance.value.loginKey : undefined
    if (!isLogin(loginKey, this.#host, login, nonce) || !entrance.ok) return this.end('not-found')
    const { since } = entrance.value
    const { space, leave } = spaces.enter(session.space, entrance.value.head, {
      device: session.device,
      wake: () => pump.wake(),
      dismiss: () => this.end('not-found'),
      check: () => this.#check(session),
      joined: (invitation) => void this.#tellKeeper(session, invitation),
    })
    const pump = new Pump({
      outlet: this.#outlet,
      space,
      since,
      allowance: this.#ports.allowance,
      read: async (after, size) => {
        const page = await storage.envelopes.read({ ...session, after, ...size })
        if (!page.ok) this.end(page.error)
        return page.ok ? page.value : undefined
      },
      failed: (error) => this.#fail(error),
    })
    // Now that the space would tell of a removal: was there one before?
    const still = await storage.roster.enter(session)
    if (this.#phase.at !== 'login') return leave()
    if (!still.ok) {
      leave()
      return this.end('not-found')
    }
    const { head, headHash } = still.value
    space.saw(head)
    this.#phase = { at: 'inside', version, session, pump, leave }
    this.#onEntered()
    this.#outlet.send(frameOf({ type: 'entered', head, headHash, now: clock.now(), since }))
  }

  async #check(session: InSpace): Promise<void> {
    try {
      const entrance = await this.#ports.storage.roster.enter(session)
      if (!entrance.ok) this.end(entrance.error)
    } catch (error) {
      this.#fail(error)
    }
  }

  async #tellKeeper(session: InSpace, invitation: Uint8Array): Promise<void> {
    try {
      if (await this.#ports.storage.roster.isKeeper(session)) {
        this.#outlet.send(frameOf({ type: 'joined', invitation }))
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  async #request(inside: Extract<Phase, { at: 'inside' }>, request: Request): Promise<void> {
    const { session, pump } = inside
    const who = keyOf(session.space) + keyOf(session.device)
    const retryAfterMs = await this.#ports.rates.take(RATE_OF[request.type], who)
    if (retryAfterMs !== undefined) return this.#refuse(request.ref, 'too-many', retryAfterMs)
    if (request.type === 'tail') return pump.start(request.ref, request.after)
    if (request.type !== 'append') return this.#answer(session, request)
    // Appends may overtake nothing, but need not wait for each other's disk: they share a commit.
    this.#appending += 1
    void this.#answer(session, request).finally(() => {
      this.#appending -= 1
      this.#appended?.()
    })
    if (this.#appending >= APPENDS_AT_ONCE) await new Promise<void>((resolve) => (this.#appended = resolve))
  }

  async #answer(session: InSpace, request: Exclude<Request, { type: 'tail' }>): Promise<void> {
    const { clock, metrics, health } = this.#ports
    const startedAt = clock.now()
    try {
      const answered = await answer(this.#ports, session, request)
      if (typeof answered === 'string') return this.#refuse(request.ref, answered)
      if (WRITES.has(request.type)) health.wrote()
      if (answered.type === 'appended') metrics.stored(clock.now() - startedAt)
      this.#outlet.send(frameOf(answered))
    } catch (error) {
      if (!(error instanceof StorageFullError)) {
        if (error instanceof StorageError) health.lost()
        return this.#fail(error)
      }
      health.full()
      this.#refuse(request.ref, 'storage-full')
    }
  }
}
