import type { SpaceName } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { DeviceWatch } from './device-watch.ts'
import { DoorWords } from './door-words.ts'
import { codeOf, Failure, type FailureCode } from './errors.ts'
import { FurtherDevices, type FurtherDevicesOf } from './further-devices.ts'
import { Host, type HostOf } from './host.ts'
import { OwnDevices } from './own-devices.ts'
import type { DialogueRecord } from './records.ts'
import { Helping } from './rescue/helping.ts'
import type { Space } from './space.ts'
import type { Spaces } from './spaces.ts'

/** What a dialogue's ways in need of it. */
export interface DoorwayOf extends Omit<HostOf, 'space' | 'rootPublic'>, Omit<FurtherDevicesOf, 'spaces'> {
  readonly dialogue: Spaces
  readonly save: (record: DialogueRecord) => Promise<void>
  /** Is given the code of what went wrong; undefined when nothing did. */
  readonly tell: (code: FailureCode | undefined) => void
}

/** All who come in by this device's doing: people whom a facilitator invites, and this person's own further devices. */
export class Doorway {
  readonly host: Host
  readonly further: FurtherDevices
  readonly helping: Helping
  readonly watch: DeviceWatch
  readonly own: OwnDevices
  readonly words: DoorWords
  readonly #of: DoorwayOf
  #live = ''
  #mustRefresh = false
  #isSettling = false

  constructor(of: DoorwayOf) {
    const { dialogue, vault, record, root, current, save, changed } = of
    const all = (): readonly Space[] => dialogue.main
    const named = (name: SpaceName): Space | undefined => all().find((one) => one.name === name)
    this.#of = of
    this.host = new Host({ ...of, space: named, rootPublic: toBase64Url(root.publicKey) })
    this.further = new FurtherDevices({ ...of, spaces: all })
    this.helping = new Helping({ ...of, spaces: all })
    this.watch = new DeviceWatch(vault, record.local, () => {
      const room = named('room')
      return room?.isLive ? room.state?.governing.roster : undefined
    })
    this.words = new DoorWords(dialogue, changed)
    this.own = new OwnDevices({
      record: current,
      save,
      spaces: dialogue,
      further: this.further,
      watch: this.watch,
      changed,
    })
  }

  async start(): Promise<void> {
    await this.host.start()
    await this.further.start()
    await this.helping.start()
    await this.watch.start()
  }

  /** Reads who has come, by all invitations or by one; what fails is tried again at {@link again}. */
  refresh(joined?: Uint8Array): void {
    this.#mustRefresh = false
    const isHost = this.#of.record.role === 'facilitator'
    const readings = [isHost ? this.host.refresh(joined) : this.helping.refresh(joined), this.further.refresh(joined)]
    Promise.all(readings).then(
      () => this.#of.tell(undefined),
      (failure: unknown) => {
        this.#mustRefresh = true
        if (!(failure instanceof Failure)) this.#of.tell(codeOf(failure))
      },
    )
  }

  /** From time to time: what failed, once more. */
  again(): void {
    if (this.#mustRefresh) this.refresh()
  }

  /** After each change: whoever came while this device was away is read when their space is live again. */
  look(): void {
    const live = this.#of.dialogue.main
      .filter(({ name, isLive }) => isLive && (name === 'panel' || name === 'room' || name === 'own'))
      .map(({ name }) => name)
    const isNews = live.some((name) => !this.#live.includes(name))
    this.#live = live.join(' ')
    if (isNews) this.refresh()
    if (this.#of.record.role === 'participant') this.words.look()
    this.#settle()
  }

  #settle(): void {
    if (this.#isSettling || (this.further.isSettled && this.helping.isSettled)) return
    this.#isSettling = true
    Promise.all([this.further.settle(), this.helping.settle()])
      .catch(() => {
        this.#mustRefresh = true
      })
      .finally(() => {
        this.#isSettling = false
      })
  }
}
