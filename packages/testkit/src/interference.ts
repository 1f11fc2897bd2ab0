import { type Platform, type Socket, StoreError } from '@antechamber/client'
import {
  type DeviceMessage,
  decode,
  deviceMessage,
  encode,
  MAX_MESSAGE_BYTES,
  type RelayMessage,
  relayMessage,
  toBase64Url,
} from '@antechamber/protocol'

/** One connection of a device. */
export interface Line {
  /** The space that it serves, base64url; undefined until the device has said which. */
  readonly space: string | undefined
}

/**
 * What happens between a device and the world around it. Each rule is asked as things pass, and may be set and taken
 * away at any moment; without rules everything passes unchanged.
 */
export interface Rules {
  /** Nothing gets through; the device sees lost connections and failed requests. Call `cut` to end open connections too. */
  isAway?: boolean
  /**
   * What the relay gets of a message: it, another, or nothing.
   *
   * @param answer shows the device a message as if the relay had sent it
   */
  sends?:
    | ((message: DeviceMessage, answer: (made: RelayMessage) => void, line: Line) => DeviceMessage | undefined)
    | undefined
  /** What the device gets of a message: it, another, or nothing. */
  receives?: ((message: RelayMessage, line: Line) => RelayMessage | undefined) | undefined
  /** Whether an HTTP request gets to the relay. `path` such as `/v1/spaces`. */
  asks?: ((path: string) => boolean) | undefined
  /** What the device gets of an HTTP answer: it, another, or nothing, though the relay has done what was asked. */
  answers?: ((path: string, answer: Response) => Response | undefined) | undefined
  /** What becomes of a write to the device's store: done (undefined), refused as full, or never answered and never done. */
  keeps?: ((names: readonly string[]) => 'full' | 'never' | undefined) | undefined
}

/** A platform that rules stand around. */
export interface Interfered {
  readonly platform: Platform
  readonly rules: Rules
  /** Ends every open connection, as a change of network does. */
  readonly cut: () => void
}

/** Puts rules around a platform: a lossy network, a hostile relay, a full store. */
export function interfere(platform: Platform, rules: Rules = {}): Interfered {
  const open = new Set<() => void>()
  const openSocket: Platform['openSocket'] = (url, events) => {
    if (rules.isAway) {
      queueMicrotask(events.closed)
      return { send: () => undefined, close: () => undefined }
    }
    const line: { space: string | undefined } = { space: undefined }
    const show = (message: RelayMessage): void => events.received(encode(relayMessage, message))
    const socket: Socket = platform.openSocket(url, {
      opened: events.opened,
      received: (frame) => !rules.isAway && received(rules, frame, line, events.received),
      closed: () => {
        open.delete(socket.close)
        events.closed()
      },
    })
    open.add(socket.close)
    return { close: socket.close, send: (frame) => !rules.isAway && sent(rules, frame, line, socket.send, show) }
  }
  const cut = (): void => {
    for (const close of [...open]) close()
  }
  const store = { ...platform.store, write: writer(platform, rules) }
  return { platform: { ...platform, openSocket, store, fetch: fetcher(platform, rules) }, rules, cut }
}

function sent(
  { sends }: Rules,
  frame: Uint8Array,
  line: { space: string | undefined },
  send: (frame: Uint8Array) => void,
  show: (message: RelayMessage) => void,
): void {
  // Which space a connection serves stands in its second message.
  const message = sends || line.space === undefined ? decode(deviceMessage, frame, MAX_MESSAGE_BYTES) : undefined
  if (message?.ok && message.value.type === 'login') line.space = toBase64Url(message.value.space)
  if (!sends || !message?.ok) return send(frame)
  const passed = sends(message.value, (made) => queueMicrotask(() => show(made)), line)
  if (passed) send(passed === message.value ? frame : encode(deviceMessage, passed))
}

function received({ receives }: Rules, frame: Uint8Array, line: Line, receive: (frame: Uint8Array) => void): void {
  const message = receives && decode(relayMessage, frame, MAX_MESSAGE_BYTES)
  if (!receives || !message?.ok) return receive(frame)
  const passed = receives(message.value, line)
  if (passed) receive(passed === message.value ? frame : encode(relayMessage, passed))
}

const fetcher =
  (platform: Platform, rules: Rules): Platform['fetch'] =>
  async (input, init) => {
    const { pathname } = new URL(String(input))
    if (rules.isAway || rules.asks?.(pathname) === false) throw new TypeError('the request did not get through')
    const answer = await platform.fetch(input, init)
    const passed = rules.answers ? rules.answers(pathname, answer) : answer
    if (!passed) throw new TypeError('the answer was lost')
    return passed
  }

const writer =
  (platform: Platform, rules: Rules): Platform['store']['write'] =>
  async (changes) => {
    const fate = rules.keeps?.(changes.map(({ name }) => name))
    if (fate === 'full') throw new StoreError('full')
    return fate === 'never' ? new Promise(() => undefined) : platform.store.write(changes)
  }
