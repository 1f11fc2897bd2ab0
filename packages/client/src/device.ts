import { err, fromUtf8, ID_BYTES, ok, type Result, toBase64Url, utf8 } from '@antechamber/protocol'
import { Dialogue } from './dialogue.ts'
import { type EndedDialogue, isOver, type LastReceipt } from './ended.ts'
import { Endings } from './endings.ts'
import { Failure } from './errors.ts'
import { prepareFounding, type Setup } from './founding.ts'
import { type OpenInvitation, parseInvitation, readInvitation } from './invitation.ts'
import { type JoinChoice, prepareJoin } from './joining.ts'
import { lifted } from './old-records.ts'
import type { Platform } from './ports.ts'
import { type DialogueRecord, dialogueName, draftName, namesOf } from './records.ts'
import { RelayDoors } from './relay-doors.ts'
import { prepareReturn, type ReturnChoice } from './rescue/returning-alone.ts'
import type { Vault } from './vault.ts'
import {
  changePassphrase,
  type LockedOut,
  type OpenedVault,
  openVault,
  type PassphraseChange,
  type PassphraseRefusal,
} from './vault-door.ts'

/** The record of the desk's secret, and the desk's part of the drafts. No dialogue's local name is as short. */
const DESK = 'desk'
const LOCK_AFTER = 'lock-after'

/** Minutes without use after which a device locks itself. */
export const LOCK_AFTER_MINUTES = [5, 15, 60] as const
export type LockAfter = (typeof LOCK_AFTER_MINUTES)[number] | 'never'
const USUAL_LOCK_AFTER = 15
/** How often a device looks whether a dialogue's date has come. */
const DATES_POLL_MS = 60_000

/** One person's device: the dialogues that it keeps, and how it comes to new ones. */
export class Device {
  readonly #platform: Platform
  readonly #vault: Vault
  readonly #doors: RelayDoors
  readonly #dialogues = new Map<string, Dialogue>()
  readonly #records = new Map<string, DialogueRecord>()
  /** Dialogues whose date has come while they ran. */
  readonly #hidden = new Map<string, Dialogue>()
  readonly #endings: Endings
  #stopLooking: () => void = () => undefined
  #hasPassphrase: boolean
  #isClosed = false

  private constructor(platform: Platform, origin: string, { vault, hasPassphrase }: OpenedVault) {
    this.#platform = platform
    this.#vault = vault
    this.#hasPassphrase = hasPassphrase
    this.#doors = new RelayDoors(origin, platform.fetch)
    const { fetch, now } = platform
    this.#endings = new Endings({
      vault,
      fetch,
      now,
      records: this.#records,
      hide: (local) => this.#hide(local),
      show: (local) => this.#showAgain(local),
      forget: (record) => this.#forget(record),
    })
  }

  /**
   * Opens what the device keeps and starts each dialogue. Where a passphrase is set and none, or a wrong one, is given,
   * nothing is opened or started. Throws StoreError; costs about a second where there is a passphrase.
   *
   * @param origin the relay's address without a path, such as `https://host`; new dialogues are there
   */
  static async open(platform: Platform, origin: string, passphrase?: string): Promise<Result<Device, LockedOut>> {
    const opened = await openVault(platform, passphrase)
    if (!opened.ok) return opened
    const device = new Device(platform, origin, opened.value)
    const records = await opened.value.vault.listJson('dialogue/')
    for (const record of (records as readonly DialogueRecord[]).map(lifted)) {
      if (isOver(record.charter, platform.now())) device.#records.set(record.local, record)
      else device.#run(record)
    }
    await device.#endings.load()
    await device.#lookAtDates()
    return ok(device)
  }

  get hasPassphrase(): boolean {
    return this.#hasPassphrase
  }

  /** A passphrase has to be set before this device may facilitate (ST21). */
  get lacksPassphrase(): boolean {
    return this.#platform.demandsPassphrase && !this.#hasPassphrase
  }

  /** It facilitates where that takes a passphrase: one that is set can be changed, and not removed. */
  get needsPassphrase(): boolean {
    return this.#platform.demandsPassphrase && [...this.#records.values()].some(({ role }) => role === 'facilitator')
  }

  /** See {@link changePassphrase}. Refused as `passphrase-needed` where it would leave a facilitator without one. */
  async changePassphrase(
    change: PassphraseChange,
  ): Promise<Result<void, PassphraseRefusal | { readonly code: 'passphrase-needed' }>> {
    if (change.next === undefined && this.needsPassphrase) return err({ code: 'passphrase-needed' })
    const changed = await changePassphrase(this.#platform, this.#vault, change)
    if (changed.ok) this.#hasPassphrase = change.next !== undefined
    return changed
  }

  /** How long this device may lie unused before it is to be locked. Whoever shows the screens keeps to it. */
  async lockAfter(): Promise<LockAfter> {
    const kept = (await this.#vault.readJson(LOCK_AFTER)) as LockAfter | undefined
    return kept ?? USUAL_LOCK_AFTER
  }

  keepLockAfter(after: LockAfter): Promise<void> {
    return this.#vault.writeJson(LOCK_AFTER, after)
  }

  /**
   * Ends all connections, waits for what is being written, and lets go of the keys. Nothing can be read or written by this
   * object afterwards; {@link Device.open} opens the device anew. What it has shown to others, and copies that the
   * JavaScript engine has made, cannot be erased from memory: end the page or process for that (ST19).
   */
  async lock(): Promise<void> {
    this.close()
    this.#dialogues.clear()
    this.#hidden.clear()
    await this.#vault.lock()
  }

  /** The dialogues whose date has come: hidden, and then deleted here (DX13). Known for 90 days after it. */
  get ended(): readonly EndedDialogue[] {
    return this.#endings.all
  }

  /** The server's word, signed, that it has deleted such a dialogue's room; undefined without one. Throws Failure. */
  lastReceipt(local: string): Promise<LastReceipt | undefined> {
    return this.#endings.lastReceipt(local)
  }

  /** Forgets that there was such a dialogue, once everything else of it is deleted. */
  forgetEnded(local: string): Promise<void> {
    return this.#endings.forget(local)
  }

  /** Its date has come. */
  async #hide(local: string): Promise<void> {
    const dialogue = this.#dialogues.get(local)
    if (!dialogue) return
    this.#dialogues.delete(local)
    this.#hidden.set(local, dialogue)
    await dialogue.close(true)
  }

  /** Its date has not come after all. */
  async #showAgain(local: string): Promise<void> {
    const record = (await this.#vault.readJson(dialogueName(local))) as DialogueRecord | undefined
    this.#hidden.delete(local)
    if (record && !this.#isClosed) this.#run(lifted(record))
  }

  async #forget(record: DialogueRecord): Promise<void> {
    const { local } = record
    const hidden = this.#hidden.get(local)
    if (hidden) await hidden.forget()
    else await this.#vault.apart().forget(namesOf(record))
    this.#hidden.delete(local)
    this.#records.delete(local)
  }

  async #lookAtDates(): Promise<void> {
    await this.#endings.look()
    if (!this.#isClosed) this.#stopLooking = this.#platform.after(DATES_POLL_MS, () => void this.#lookAtDates())
  }

  get dialogues(): readonly Dialogue[] {
    return [...this.#dialogues.values()]
  }

  dialogue(local: string): Dialogue | undefined {
    return this.#dialogues.get(local)
  }

  /** Resolves when the desk's secret is good; throws Failure `not-found` otherwise. */
  checkDesk(secret: Uint8Array): Promise<void> {
    return this.#doors.checkDesk(secret)
  }

  /** Keeps the desk's secret, once {@link checkDesk} has found it good; undefined forgets it. */
  keepDesk(secret: Uint8Array | undefined): Promise<void> {
    return this.#vault.write([{ name: DESK, content: secret }])
  }

  /** The desk's secret that this device keeps. */
  keptDesk(): Promise<Uint8Array | undefined> {
    return this.#vault.read(DESK)
  }

  /** What somebody was in the middle of at the desk, such as a dialogue not founded yet; empty when nothing is kept. */
  async deskDraft(field: string): Promise<string> {
    const kept = await this.#vault.read(draftName(DESK, field))
    return (kept && fromUtf8(kept)) ?? ''
  }

  async saveDeskDraft(field: string, text: string): Promise<void> {
    await this.#vault.write([{ name: draftName(DESK, field), content: text === '' ? undefined : utf8(text) }])
  }

  /**
   * Founds a dialogue. It is kept before anything is asked of the relay, and goes on after a restart. Throws Failure
   * `bad-text`, `passphrase-needed`.
   */
  async found(setup: Setup, desk: Uint8Array): Promise<Dialogue> {
    if (this.lacksPassphrase) throw new Failure('passphrase-needed')
    const receiptKey = await this.#receiptKey()
    const founded = { ...setup, ...(receiptKey !== undefined && { receiptKey }) }
    const record = await prepareFounding(founded, desk, this.#doors.origin, this.#platform.random)
    await this.#vault.writeJson(dialogueName(record.local), record)
    return this.#run(record)
  }

  /** What the relay signs its receipts with. Where it cannot be reached, the dialogue is founded without: then no receipt proves anything. */
  async #receiptKey(): Promise<string | undefined> {
    try {
      return toBase64Url((await this.#doors.readReceipts(this.#platform.random(ID_BYTES))).key)
    } catch {
      return undefined
    }
  }

  /**
   * The dialogue that this device has joined by an invitation, or has made one for a further device in: whoever opens it
   * twice is not to join twice (IN6). Asks
   * nothing of the relay; costs as much as parsing a spoken code where this device has joined anything. Throws Failure
   * `mistyped`, unless it has joined nothing.
   */
  async joinedBy(linkOrCode: string): Promise<Dialogue | undefined> {
    const idsOf = ({ invitations, status: { codes, rescues } }: Dialogue): readonly string[] => [
      ...invitations,
      ...[...codes, ...rescues].map((one) => one.id),
    ]
    const known = this.dialogues.filter((one) => idsOf(one).length > 0)
    if (known.length === 0) return undefined
    const id = toBase64Url((await parseInvitation(linkOrCode)).id)
    return known.find((one) => idsOf(one).includes(id))
  }

  /** See {@link readInvitation}. */
  readInvitation(linkOrCode: string): Promise<OpenInvitation> {
    return readInvitation(linkOrCode, this.#doors)
  }

  /**
   * Joins, and waits to be admitted. It is kept before anything is asked of the relay, and goes on after a restart. Throws
   * Failure `bad-text`, `passphrase-needed`; for a return, `mistyped`, `other-code`.
   */
  async join(invitation: OpenInvitation, choice: JoinChoice): Promise<Dialogue> {
    if (invitation.role === 'facilitator' && this.lacksPassphrase) throw new Failure('passphrase-needed')
    const record = await prepareJoin(invitation, choice, this.#platform, this.#doors.origin)
    await this.#vault.writeJson(dialogueName(record.local), record)
    return this.#run(record)
  }

  /**
   * Comes back to the seat of a facilitator who was alone, by the invitations of one helper of each side, and waits for
   * them. It is kept before anything is asked of the relay. Throws Failure: see {@link prepareReturn}; `passphrase-needed`.
   */
  async returnAlone(invitations: readonly OpenInvitation[], choice: ReturnChoice): Promise<Dialogue> {
    if (this.lacksPassphrase) throw new Failure('passphrase-needed')
    const record = await prepareReturn(invitations, choice, this.#platform, this.#doors.origin)
    await this.#vault.writeJson(dialogueName(record.local), record)
    return this.#run(record)
  }

  close(): void {
    this.#stopLooking()
    this.#isClosed = true
    for (const dialogue of this.#dialogues.values()) void dialogue.close()
  }

  #run(record: DialogueRecord): Dialogue {
    const dialogue = new Dialogue(record, this.#platform, this.#vault.apart(), () => {
      this.#dialogues.delete(record.local)
      this.#records.delete(record.local)
    })
    this.#dialogues.set(record.local, dialogue)
    this.#records.set(record.local, record)
    dialogue.start()
    return dialogue
  }
}
