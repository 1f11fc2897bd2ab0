import {
  type Carried,
  type Codec,
  codeFromNumber,
  concat,
  DOORS,
  decode,
  deskBody,
  encode,
  INVITATION_STATES,
  type InvitationState,
  invitationBody,
  joinBody,
  MAX_BODY_BYTES,
  type OpenSpace,
  openSpaceBody,
  receiptsBody,
  refusalBody,
  toBase64Url,
} from '@antechamber/protocol'
import { after } from './after.ts'
import { Failure } from './errors.ts'

/** A relay that takes a request and never answers is not reached: whoever asks may try again. */
const ANSWER_MS = 30_000

/** What became of an invitation, and its sealed record. */
export interface InvitationAtRelay {
  readonly state: InvitationState
  readonly expiresAt: number
  readonly record: Uint8Array
}

/** The relay's HTTP doors. All throw {@link Failure}. */
export class RelayDoors {
  /** The relay's address without a path, such as `https://host`. */
  readonly origin: string
  readonly #fetch: typeof globalThis.fetch
  readonly #answerMs: number

  /** @param answerMs how long an answer may take, in ms */
  constructor(origin: string, fetch: typeof globalThis.fetch, answerMs = ANSWER_MS) {
    this.origin = origin
    this.#fetch = fetch
    this.#answerMs = answerMs
  }

  /** The host that log-ins are signed for. */
  get host(): string {
    return new URL(this.origin).host
  }

  /** Where the WebSocket is. */
  get live(): string {
    return `${this.origin.replace(/^http/, 'ws')}${DOORS.live}`
  }

  /** Resolves when the desk's secret is good; `not-found` otherwise. */
  async checkDesk(secret: Uint8Array): Promise<void> {
    await this.#ask(DOORS.desk, encode(deskBody, { secret }))
  }

  async openSpace(body: OpenSpace): Promise<void> {
    await this.#ask(DOORS.spaces, encode(openSpaceBody, body))
  }

  /** Reading consumes nothing (IN3). */
  async readInvitation(id: Uint8Array): Promise<InvitationAtRelay> {
    const { state, ...rest } = await this.#read(invitationBody, await this.#ask(DOORS.invitation(toBase64Url(id))))
    const name = INVITATION_STATES[state]
    if (name === undefined) throw new Failure('not-understood')
    return { state: name, ...rest }
  }

  /** What the relay says that it has destroyed of a space, and the key that it signs that with. */
  async readReceipts(space: Uint8Array): Promise<Carried<typeof receiptsBody>> {
    return this.#read(receiptsBody, await this.#ask(DOORS.receipts(toBase64Url(space))))
  }

  async postJoin(id: Uint8Array, ticket: Uint8Array, join: Uint8Array): Promise<void> {
    await this.#ask(DOORS.joins(toBase64Url(id)), encode(joinBody, { ticket, join }))
  }

  async #ask(path: string, body?: Uint8Array): Promise<Uint8Array> {
    const control = new AbortController()
    const cancel = after(this.#answerMs, () => control.abort())
    const request = body
      ? { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': 'application/octet-stream' } }
      : { method: 'GET' }
    let response: Response
    let answer: Uint8Array
    try {
      response = await this.#fetch(`${this.origin}${path}`, {
        ...request,
        cache: 'no-store',
        redirect: 'error',
        signal: control.signal,
      })
      answer = await readAtMost(response, MAX_BODY_BYTES)
    } catch (cause) {
      throw cause instanceof Failure ? cause : new Failure('unreachable', 0, cause)
    } finally {
      cancel()
    }
    if (!response.ok) throw refusal(answer)
    return answer
  }

  #read<T>(codec: Codec<T>, answer: Uint8Array): T {
    const read = decode(codec, answer, MAX_BODY_BYTES)
    if (!read.ok) throw new Failure('not-understood')
    return read.value
  }
}

/** An answer's bytes. Throws Failure `not-understood` once there are more than `max`: no relay of ours sends them. */
async function readAtMost(response: Response, max: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    length += part.value.length
    if (length > max) {
      await reader?.cancel()
      throw new Failure('not-understood')
    }
    parts.push(part.value)
  }
  return concat(...parts)
}

function refusal(answer: Uint8Array): Failure {
  const body = decode(refusalBody, answer, 64)
  const code = body.ok ? codeFromNumber(body.value.code) : body
  return code.ok && body.ok ? new Failure(code.value, body.value.retryAfterMs) : new Failure('not-understood')
}
