import { Dialogue } from './dialogue.ts'
import { prepareFounding, type Setup } from './founding.ts'
import { type JoinChoice, type OpenInvitation, prepareJoin, readInvitation } from './invitation.ts'
import type { Platform } from './ports.ts'
import { type DialogueRecord, dialogueName } from './records.ts'
import { RelayDoors } from './relay-doors.ts'
import { Vault } from './vault.ts'

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

  /** Founds a dialogue. It is kept before anything is asked of the relay, and goes on after a restart. */
  async found(setup: Setup, desk: Uint8Array): Promise<Dialogue> {
    const record = await prepareFounding(setup, desk, this.#doors.origin, this.#platform.random)
    await this.#vault.writeJson(dialogueName(record.local), record)
    return this.#run(record)
  }

  /** See {@link readInvitation}. */
  readInvitation(linkOrCode: string): Promise<OpenInvitation> {
    return readInvitation(linkOrCode, this.#doors)
  }

  /** Joins, and waits to be admitted. Throws Failure; what the invitation was used for is then not lost. */
  async join(invitation: OpenInvitation, choice: JoinChoice): Promise<Dialogue> {
    const { dialogue, posted, id } = await prepareJoin(invitation, choice, this.#platform, this.#doors.origin)
    await this.#vault.writeJson(dialogueName(dialogue.local), dialogue)
    await this.#doors.postJoin(id, posted)
    return this.#run(dialogue)
  }

  close(): void {
    for (const dialogue of this.#dialogues.values()) dialogue.close()
  }

  #run(record: DialogueRecord): Dialogue {
    const dialogue = new Dialogue(record, this.#platform, this.#vault)
    this.#dialogues.set(record.local, dialogue)
    dialogue.start()
    return dialogue
  }
}
