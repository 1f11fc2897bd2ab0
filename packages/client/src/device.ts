import { fromUtf8, toBase64Url, utf8 } from '@antechamber/protocol'
import { Dialogue } from './dialogue.ts'
import { prepareFounding, type Setup } from './founding.ts'
import { type JoinChoice, type OpenInvitation, parseInvitation, prepareJoin, readInvitation } from './invitation.ts'
import type { Platform } from './ports.ts'
import { type DialogueRecord, dialogueName, draftName } from './records.ts'
import { RelayDoors } from './relay-doors.ts'
import { Vault } from './vault.ts'

/** The record of the desk's secret, and the desk's part of the drafts. No dialogue's local name is as short. */
const DESK = 'desk'

/** One person's device: the dialogues that it keeps, and how it comes to new ones. */
export class Device {
  readonly #platform: Platform
  readonly #vault: Vault
  readonly #doors: RelayDoors
  readonly #dialogues = new Map<string, Dialogue>()

  /** @param origin the relay's address without a path, such as `https://host`; new dialogues are there */
  constructor(platform: Platform, origin: string) {
    this.#platform = platform
    this.#vault = new Vault(platform.store, platform.deviceKey)
    this.#doors = new RelayDoors(origin, platform.fetch)
  }

  /** Opens what the device keeps and starts each dialogue. */
  async start(): Promise<void> {
    for (const record of (await this.#vault.listJson('dialogue/')) as readonly DialogueRecord[]) this.#run(record)
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

  /** Founds a dialogue. It is kept before anything is asked of the relay, and goes on after a restart. */
  async found(setup: Setup, desk: Uint8Array): Promise<Dialogue> {
    const record = await prepareFounding(setup, desk, this.#doors.origin, this.#platform.random)
    await this.#vault.writeJson(dialogueName(record.local), record)
    return this.#run(record)
  }

  /**
   * The dialogue that this device has joined by an invitation: whoever opens it twice is not to join twice (IN6). Asks
   * nothing of the relay; costs as much as parsing a spoken code where this device has joined anything. Throws Failure
   * `mistyped`, unless it has joined nothing.
   */
  async joinedBy(linkOrCode: string): Promise<Dialogue | undefined> {
    const joined = this.dialogues.filter(({ invitation }) => invitation !== undefined)
    if (joined.length === 0) return undefined
    const id = toBase64Url((await parseInvitation(linkOrCode)).id)
    return joined.find(({ invitation }) => invitation === id)
  }

  /** See {@link readInvitation}. */
  readInvitation(linkOrCode: string): Promise<OpenInvitation> {
    return readInvitation(linkOrCode, this.#doors)
  }

  /** Joins, and waits to be admitted. It is kept before anything is asked of the relay, and goes on after a restart. */
  async join(invitation: OpenInvitation, choice: JoinChoice): Promise<Dialogue> {
    const record = await prepareJoin(invitation, choice, this.#platform, this.#doors.origin)
    await this.#vault.writeJson(dialogueName(record.local), record)
    return this.#run(record)
  }

  close(): void {
    for (const dialogue of this.#dialogues.values()) dialogue.close()
  }

  #run(record: DialogueRecord): Dialogue {
    const dialogue = new Dialogue(record, this.#platform, this.#vault.apart(), () =>
      this.#dialogues.delete(record.local),
    )
    this.#dialogues.set(record.local, dialogue)
    dialogue.start()
    return dialogue
  }
}
