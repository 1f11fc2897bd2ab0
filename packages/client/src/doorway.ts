import type { Failure } from './errors.ts'
import { codeOf, type FailureCode } from './errors.ts'
import { FurtherDevices, type FurtherDevicesOf } from './further-devices.ts'
import { Host, type HostOf } from './host.ts'

/** What a dialogue's ways in need of it. */
export interface DoorwayOf extends Omit<HostOf, 'space'>, FurtherDevicesOf {
  /** Is given the code of what went wrong; undefined when nothing did. */
  readonly tell: (code: FailureCode | undefined) => void
}

/** All who come in by this device's doing: people whom a facilitator invites, and this person's own further devices. */
export class Doorway {
  readonly host: Host
  readonly further: FurtherDevices
  readonly #of: DoorwayOf
  #live = ''
  #mustRefresh = false
  #isSettling = false

  constructor(of: DoorwayOf) {
    this.#of = of
    this.host = new Host({ ...of, space: (name) => of.spaces().find((one) => one.name === name) })
    this.further = new FurtherDevices(of)
  }

  async start(): Promise<void> {
    await this.host.start()
    await this.further.start()
  }

  /** Reads who has come, by all invitations or by one; what fails is tried again at {@link again}. */
  refresh(joined?: Uint8Array): void {
    this.#mustRefresh = false
    const isHost = this.#of.record.role === 'facilitator'
    Promise.all([isHost ? this.host.refresh(joined) : undefined, this.further.refresh(joined)]).then(
      () => this.#of.tell(undefined),
      (failure: unknown) => {
        this.#mustRefresh = true
        if (!isOfRelay(failure)) this.#of.tell(codeOf(failure))
      },
    )
  }

  /** From time to time: what failed, once more. */
  again(): void {
    if (this.#mustRefresh) this.refresh()
  }

  /** After each change: whoever came while this device was away is read when their space is live again. */
  look(): void {
    const live = this.#of
      .spaces()
      .filter(({ name, isLive }) => isLive && (name === 'panel' || name === 'own'))
      .map(({ name }) => name)
    const isNews = live.some((name) => !this.#live.includes(name))
    this.#live = live.join(' ')
    if (isNews) this.refresh()
    this.#settle()
  }

  #settle(): void {
    if (this.#isSettling || this.further.isSettled) return
    this.#isSettling = true
    this.further
      .settle()
      .catch(() => {
        this.#mustRefresh = true
      })
      .finally(() => {
        this.#isSettling = false
      })
  }
}

const isOfRelay = (failure: unknown): failure is Failure =>
  codeOf(failure) !== 'unexpected' && codeOf(failure) !== 'not-kept'
