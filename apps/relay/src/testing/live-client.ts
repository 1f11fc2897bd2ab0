import {
  codeFromNumber,
  type DeviceMessage,
  decode,
  deviceMessage,
  encode,
  type LogItem,
  MAX_MESSAGE_BYTES,
  PROTOCOL_VERSIONS,
  type RelayCode,
  type RelayMessage,
  relayMessage,
} from '@antechamber/protocol'
import { type ClientOptions, WebSocket } from 'ws'
import { type Device, random } from './device.ts'

type WithoutRef<M> = M extends { readonly ref: number } ? Omit<M, 'ref'> : never
/** A request without its number, which the client gives it. */
export type Asked = WithoutRef<DeviceMessage>

/** How a connection ended: the relay's last word, if it said one, and the WebSocket's code. */
export interface Ending {
  readonly code: RelayCode | undefined
  readonly closeCode: number
}

/** One WebSocket to a relay, byte for byte in the hands of a test. */
export interface LiveClient {
  readonly socket: WebSocket
  /** The next message that answers no request, in order. */
  next(): Promise<RelayMessage>
  /** Asks and gets the answer, or the code that it was refused with. */
  ask(request: Asked): Promise<RelayMessage | RelayCode>
  /** Follows the log; items as they come, over all `items` messages. */
  tail(after: number): Tail
  send(message: DeviceMessage): void
  sendBytes(bytes: Uint8Array): void
  readonly ended: Promise<Ending>
  close(): Promise<Ending>
}

export interface Tail {
  /** Resolves with all items so far once there are at least `count`. */
  until(count: number): Promise<readonly LogItem[]>
  readonly items: readonly LogItem[]
  /** The head that the last message told. */
  head(): number
  /** Resolves when the first answer has come. */
  readonly started: Promise<void>
}

/** A value that somebody waits for. */
function pending<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

interface Waiting {
  readonly count: number
  readonly resolve: (items: readonly LogItem[]) => void
}

function createTail() {
  const items: LogItem[] = []
  const started = pending<void>()
  let waiting: Waiting[] = []
  let head = 0
  const tell = () => {
    const ready = waiting.filter(({ count }) => items.length >= count)
    waiting = waiting.filter(({ count }) => items.length < count)
    for (const { resolve } of ready) resolve(items)
  }
  const tail: Tail = {
    items,
    head: () => head,
    started: started.promise,
    until: (count) => {
      const wait = pending<readonly LogItem[]>()
      waiting.push({ count, resolve: wait.resolve })
      tell()
      return wait.promise
    },
  }
  const take = (message: Extract<RelayMessage, { type: 'items' }>) => {
    head = message.head
    items.push(...message.items)
    started.resolve()
    tell()
  }
  return { tail, take }
}

/** Sorts what comes: answers to who asked, items to their tail, the relay's last word apart, the rest in order. */
class Inbox {
  readonly #arrived: RelayMessage[] = []
  readonly #listeners: ((message: RelayMessage) => void)[] = []
  readonly asked = new Map<number, (message: RelayMessage | RelayCode) => void>()
  readonly tails = new Map<number, ReturnType<typeof createTail>['take']>()
  lastWord: RelayCode | undefined

  take(message: RelayMessage): void {
    const code = message.type === 'refused' ? codeFromNumber(message.code) : undefined
    const ref = 'ref' in message ? message.ref : undefined
    const tail = message.type === 'items' ? this.tails.get(message.ref) : undefined
    const asker = ref === undefined ? undefined : this.asked.get(ref)
    if (message.type === 'refused' && ref === 0) this.lastWord = code?.ok ? code.value : undefined
    else if (message.type === 'items' && tail) tail(message)
    else if (asker && ref !== undefined) {
      this.asked.delete(ref)
      asker(code?.ok ? code.value : message)
    } else if (this.#listeners.length > 0) this.#listeners.shift()?.(message)
    else this.#arrived.push(message)
  }

  next(): Promise<RelayMessage> {
    const message = this.#arrived.shift()
    return message ? Promise.resolve(message) : new Promise((resolve) => this.#listeners.push(resolve))
  }
}

/** Opens a WebSocket to `url` (the relay's, http or https); resolves once it is open. */
export async function openLive(url: string, options: ClientOptions = {}): Promise<LiveClient> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live`, { perMessageDeflate: false, ...options })
  const inbox = new Inbox()
  const ended = pending<Ending>()
  let lastRef = 0
  socket.on('message', (bytes) => {
    const message = decode(relayMessage, bytes as Buffer, MAX_MESSAGE_BYTES)
    if (!message.ok) throw new Error(`the relay sent ${message.error.code} at ${message.error.field}`)
    inbox.take(message.value)
  })
  socket.on('close', (closeCode) => ended.resolve({ code: inbox.lastWord, closeCode }))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)

  const send = (message: DeviceMessage) => socket.send(encode(deviceMessage, message))
  return {
    socket,
    ended: ended.promise,
    send,
    sendBytes: (bytes) => socket.send(bytes),
    next: () => inbox.next(),
    ask: (request) => {
      lastRef += 1
      const ref = lastRef
      const answer = new Promise<RelayMessage | RelayCode>((resolve) => inbox.asked.set(ref, resolve))
      send({ ...request, ref } as DeviceMessage)
      return answer
    },
    tail: (after) => {
      lastRef += 1
      const { tail, take } = createTail()
      inbox.tails.set(lastRef, take)
      send({ type: 'tail', ref: lastRef, after })
      return tail
    },
    close: () => {
      socket.close()
      return ended.promise
    },
  }
}

/** Says hello; the relay's nonce. */
export async function greet(client: LiveClient): Promise<Uint8Array> {
  client.send({ type: 'hello', versions: [...PROTOCOL_VERSIONS] })
  const welcome = await Promise.race([client.next(), client.ended])
  if ('closeCode' in welcome) throw new Error(`not greeted: ${welcome.code ?? welcome.closeCode}`)
  if (welcome.type !== 'welcome') throw new Error(`expected welcome, got ${welcome.type}`)
  return welcome.nonce
}

/** Opens, greets and logs in; rejects with the relay's last word when it is not let in. */
export async function enter(url: string, space: Uint8Array, device: Device): Promise<LiveClient> {
  const client = await openLive(url)
  const relayNonce = await greet(client)
  const nonce = random(32)
  const signature = device.sign(new URL(url).host, space, nonce, relayNonce)
  client.send({ type: 'login', space, device: device.device, nonce, signature })
  const entered = await Promise.race([client.next(), client.ended])
  if ('closeCode' in entered) throw new Error(`not let in: ${entered.code ?? entered.closeCode}`)
  return client
}
