import {
  codeFromNumber,
  type DeviceMessage,
  decode,
  deviceMessage,
  encode,
  isOfVersion,
  LOGIN_NONCE_BYTES,
  type LogItem,
  MAX_MESSAGE_BYTES,
  PROTOCOL_VERSIONS,
  type RelayMessage,
  relayMessage,
} from '@antechamber/protocol'
import { type SigningKey, signLogin } from '@antechamber/sealing'
import { Failure, type FailureCode } from './errors.ts'
import type { Platform, Socket } from './ports.ts'
import type { RelayDoors } from './relay-doors.ts'

/** As whom this device enters a space. */
export interface Login {
  readonly space: Uint8Array
  readonly device: Uint8Array
  readonly loginKey: SigningKey
}

export interface ConnectionEvents {
  /** Logged in: how far the log goes, and where it begins for this device (WR18); where to resume is asked next. */
  readonly entered: (head: number, since: number) => void
  readonly items: (items: readonly LogItem[], head: number) => void
  /** Somebody left a join for one of this space's invitations. */
  readonly joined: (invitation: Uint8Array) => void
  /** The connection ended; it is being made again unless closed. `code`: the relay's own word, if it gave one. */
  readonly lost: (code: FailureCode) => void
}

/** A request without the number that this file gives it. */
type WithoutRef<M> = M extends { readonly ref: number } ? Omit<M, 'ref'> : never
export type Request = WithoutRef<DeviceMessage>

type Answer<T extends RelayMessage['type']> = Extract<RelayMessage, { readonly type: T }>

interface Waiting {
  readonly resolve: (answer: RelayMessage) => void
  readonly reject: (failure: Failure) => void
}

const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 30_000
/** A space that answers not found is asked seldom: either its door will open later, or it never will. */
const NOT_FOUND_RETRY_MS = 15_000
/** After a change of network a socket may stay open for minutes though nothing passes: so after a silence it is asked. */
const QUIET_MS = 45_000
const ANSWER_MS = 10_000

/**
 * One space's connection to the relay: says hello, logs in, matches answers to requests, and comes back after a loss,
 * later each time and never at the same moment as everybody else (WR3, WR4, WR6).
 */
export class Connection {
  readonly #platform: Platform
  readonly #doors: RelayDoors
  readonly #login: Login
  readonly #events: ConnectionEvents
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | undefined
  #cancelRetry: (() => void) | undefined
  #cancelWatch: (() => void) | undefined
  #nextRef = 1
  #failures = 0
  #isIn = false
  #closed = false
  #tailRef = 0
  #reason: FailureCode = 'unreachable'
  #version = 0

  constructor(platform: Platform, doors: RelayDoors, login: Login, events: ConnectionEvents) {
    this.#platform = platform
    this.#doors = doors
    this.#login = login
    this.#events = events
  }

  get isIn(): boolean {
    return this.#isIn
  }

  /** The version of the protocol that is spoken on this connection; 0 before the first. */
  get version(): number {
    return this.#version
  }

  open(): void {
    if (this.#closed) return
    this.#cancelRetry = undefined
    this.#reason = 'unreachable'
    this.#watch()
    const socket = this.#platform.openSocket(this.#doors.live, {
      opened: () => this.#send({ type: 'hello', versions: [...PROTOCOL_VERSIONS] }),
      received: (frame) => socket === this.#socket && this.#receive(frame),
      closed: () => socket === this.#socket && this.#lost(),
    })
    this.#socket = socket
  }

  /** Tries at once whether the relay can be reached, for instance because the device says that it is online again. */
  retryNow(): void {
    if (this.#isIn) this.#ask()
    if (!this.#cancelRetry) return
    this.#cancelRetry()
    this.open()
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry?.()
    this.#cancelWatch?.()
    this.#socket?.close()
    this.#rejectAll('unreachable')
  }

  /** Asks to be sent every envelope after `after`; they come by `items`. */
  tail(after: number): void {
    this.#tailRef = this.#nextRef++
    this.#send({ type: 'tail', ref: this.#tailRef, after })
  }

  /** Sends a request and resolves with its answer. Rejects with {@link Failure}; `unreachable` when the connection ends first. */
  request<T extends RelayMessage['type']>(request: Request, answer: T): Promise<Answer<T>> {
    if (!this.#isIn) return Promise.reject(new Failure('unreachable'))
    // To a relay that does not know it yet it would be no message at all.
    if (!isOfVersion(request.type, this.#version)) return Promise.reject(new Failure('relay-too-old'))
    const ref = this.#nextRef++
    return new Promise((resolve, reject) => {
      const check = (message: RelayMessage): void => {
        if (message.type === answer) resolve(message as Answer<T>)
        else reject(new Failure('not-understood'))
      }
      this.#waiting.set(ref, { resolve: check, reject })
      this.#send({ ...request, ref } as DeviceMessage)
    })
  }

  #send(message: DeviceMessage): void {
    this.#socket?.send(encode(deviceMessage, message))
  }

  /** From the last that was heard on: a silence is broken by a question, and one without an answer is a lost connection. */
  #watch(): void {
    this.#cancelWatch?.()
    this.#cancelWatch = this.#platform.after(QUIET_MS, () => this.#ask())
  }

  #ask(): void {
    this.#cancelWatch?.()
    this.#cancelWatch = this.#platform.after(this.#isIn ? ANSWER_MS : 0, () => this.#giveUp())
    if (this.#isIn) this.request({ type: 'ping' }, 'done').catch(() => undefined)
  }

  /** Does not wait for a socket to say that it is closed: that too may take minutes. */
  #giveUp(): void {
    const dead = this.#socket
    this.#lost()
    dead?.close()
  }

  #receive(frame: Uint8Array): void {
    this.#watch()
    const message = decode(relayMessage, frame, MAX_MESSAGE_BYTES)
    if (!message.ok) return this.#drop('not-understood')
    const { value } = message
    switch (value.type) {
      case 'welcome':
        this.#version = value.version
        return this.#logIn(value.nonce)
      case 'entered':
        this.#isIn = true
        this.#failures = 0
        return this.#events.entered(value.head, value.since)
      case 'items':
        if (value.ref === this.#tailRef) this.#events.items(value.items, value.head)
        return
      case 'joined':
        return this.#events.joined(value.invitation)
      case 'refused':
        return this.#refused(value)
      default:
        return this.#take(value.ref)?.resolve(value)
    }
  }

  #refused({ ref, code, retryAfterMs }: Answer<'refused'>): void {
    const known = codeFromNumber(code)
    const failure = known.ok ? new Failure(known.value, retryAfterMs) : new Failure('not-understood')
    const waiting = this.#take(ref)
    if (waiting) waiting.reject(failure)
    else this.#drop(failure.code)
  }

  #logIn(relayNonce: Uint8Array): void {
    const { space, device, loginKey } = this.#login
    const nonce = this.#platform.random(LOGIN_NONCE_BYTES)
    const signature = signLogin(loginKey, { host: this.#doors.host, space, device, deviceNonce: nonce, relayNonce })
    this.#send({ type: 'login', space, device, nonce, signature })
  }

  #take(ref: number): Waiting | undefined {
    const waiting = this.#waiting.get(ref)
    this.#waiting.delete(ref)
    return waiting
  }

  #drop(reason: FailureCode): void {
    this.#reason = reason
    this.#socket?.close()
  }

  #lost(): void {
    this.#socket = undefined
    this.#cancelWatch?.()
    this.#isIn = false
    this.#rejectAll('unreachable')
    if (this.#closed) return
    this.#failures += 1
    const backoff = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10))
    const base = this.#reason === 'not-found' ? NOT_FOUND_RETRY_MS : backoff
    const jitter = 0.5 + (this.#platform.random(1)[0] as number) / 255
    this.#cancelRetry = this.#platform.after(base * jitter, () => this.open())
    this.#events.lost(this.#reason)
  }

  #rejectAll(code: FailureCode): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(new Failure(code))
  }
}
