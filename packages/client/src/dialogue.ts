import type { LegView, Role, SpaceName } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { type SigningKey, signingKeyFromSecret } from '@antechamber/sealing'
import { carryOut, isLastKeeper, isLeave } from './carry-out.ts'
import { type Carried, CommandQueue, type Outcome } from './command-queue.ts'
import { Doorway } from './doorway.ts'
import { Drafts } from './drafts.ts'
import { decoded } from './encoding.ts'
import { Entrance, isTurnedAway } from './entrance.ts'
import { codeOf, Failure, type FailureCode } from './errors.ts'
import { Groundwork } from './groundwork.ts'
import type { NewInvitation, NewReturn } from './host.ts'
import type { InvitationView } from './invitation-view.ts'
import { wordsOf } from './joining.ts'
import { KeptRecord } from './kept-record.ts'
import { type Doing, Failures } from './notices.ts'
import type { OwnDevices } from './own-devices.ts'
import type { PastReading } from './past/past.ts'
import { Patience } from './patience.ts'
import type { Platform } from './ports.ts'
import { makeProofs } from './proofs.ts'
import { ReadMarks } from './read-marks.ts'
import { type RelayReceipt, readReceipts } from './receipts.ts'
import { type DialogueRecord, namesOf, type QueuedCommand } from './records.ts'
import { RelayDoors } from './relay-doors.ts'
import { Spaces } from './spaces.ts'
import type { AnyCommand, DialogueStatus } from './status.ts'
import { statusOf } from './status-of.ts'
import { Upkeep } from './upkeep.ts'
import type { Vault } from './vault.ts'

const KEEPING_POLL_MS = 60_000
/** One dialogue on this device, from joining or founding it to leaving it. */
export class Dialogue {
  /** This person's own devices, and their recovery code. */
  readonly devices: OwnDevices
  readonly #vault: Vault
  readonly #kept: KeptRecord
  readonly #hasLeft: () => void
  readonly #root: SigningKey
  readonly #proofs = makeProofs()
  readonly #doors: RelayDoors
  readonly #spaces: Spaces
  readonly #queue: CommandQueue<AnyCommand>
  readonly #doorway: Doorway
  readonly #drafts: Drafts
  readonly #entrance: Entrance
  readonly #groundwork: Groundwork
  readonly #upkeep: Upkeep
  readonly #marks: ReadMarks
  readonly #patience: Patience
  readonly #failures = new Failures()
  readonly #listeners = new Set<() => void>()
  #closed = false
  #isOver = false
  #status: DialogueStatus | undefined

  /**
   * @param vault this dialogue's alone: once it has been left, nothing more is kept by it
   * @param hasLeft called when this device has forgotten the dialogue
   */
  constructor(record: DialogueRecord, platform: Platform, vault: Vault, hasLeft: () => void) {
    this.#kept = new KeptRecord(record, vault, () => this.#changed())
    this.#vault = vault
    this.#hasLeft = hasLeft
    this.#root = signingKeyFromSecret(decoded(record.rootSecret))
    const doors = new RelayDoors(record.origin, platform.fetch)
    this.#doors = doors
    this.#spaces = new Spaces(record, {
      platform,
      vault,
      doors,
      proofs: this.#proofs,
      dialogue: decoded(record.charter.dialogue),
      me: record.seat,
      root: this.#root,
      helpers: record.helpers ?? [],
      trustedRoots: [...record.trustedRoots, toBase64Url(this.#root.publicKey)],
      ownRoots: record.ownRoots ?? [],
      readsOfflineUntil: record.charter.readsOffline ? record.charter.retainUntil : undefined,
      saveKeys: (space, keys) => this.#kept.saveKeys(space, keys),
      changed: () => this.#changed(),
      joined: (invitation) => this.#doorway.refresh(invitation),
    })
    const { random, now } = platform
    this.#drafts = new Drafts(vault, record.local, random)
    this.#doorway = this.#openDoorway(platform)
    this.devices = this.#doorway.own
    this.#queue = new CommandQueue({
      vault,
      local: record.local,
      random,
      carryOut: (command) => this.#carryOut(command),
      changed: () => this.#changed(),
      interrupted: (failure) => this.#tell('queue', failure),
    })
    const own = { doors, record: () => this.#record, save: (next: DialogueRecord) => this.#kept.save(next) }
    this.#upkeep = new Upkeep({
      ...own,
      spaces: this.#spaces,
      proofs: this.#proofs,
      root: this.#root,
      random,
      now,
      queue: this.#queue,
      drafts: this.#drafts,
      isInside: () => !this.#closed && this.#record.phase === 'inside',
      tell: (code) => this.#note('keeping', code),
    })
    this.#marks = new ReadMarks(vault, record.local)
    this.#patience = new Patience(platform.after)
    const way = {
      ...own,
      patience: this.#patience,
      tell: (code: FailureCode | undefined) => this.#note('entering', code),
      isClosed: () => this.#closed,
    }
    this.#entrance = new Entrance(way)
    this.#groundwork = new Groundwork({ ...way, spaces: this.#spaces, random, now })
  }

  #openDoorway({ random, now }: Platform): Doorway {
    return new Doorway({
      vault: this.#vault,
      record: this.#record,
      current: () => this.#record,
      save: (next) => this.#kept.save(next),
      dialogue: this.#spaces,
      root: this.#root,
      proofs: this.#proofs,
      random,
      now,
      changed: () => this.#changed(),
      tell: (code) => this.#note('inviting', code),
    })
  }

  get #record(): DialogueRecord {
    return this.#kept.now
  }

  get local(): string {
    return this.#record.local
  }

  get role(): Role {
    return this.#record.role
  }

  /** The ids of the invitations by which this device has joined; none where it founded the dialogue. */
  get invitations(): readonly string[] {
    const { invitation, rescues = [] } = this.#record
    return [...(invitation === undefined ? [] : [invitation]), ...rescues.map((one) => one.invitation)]
  }

  /** What a screen shows now; the same object until something changes. */
  get status(): DialogueStatus {
    this.#status ??= statusOf({
      record: this.#isOver ? { ...this.#record, phase: 'left' } : this.#record,
      spaces: this.#spaces,
      queue: this.#queue,
      failures: this.#failures,
      doorway: this.#doorway,
      marks: this.#marks,
      proofs: this.#proofs,
      root: this.#root,
    })
    return this.#status
  }

  /** Calls back after each change; the function that it returns ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Begins or resumes, wherever this device stopped. Returns at once; what happens is told by {@link status}. */
  start(): void {
    this.#begin().catch((failure: unknown) => {
      this.#queue.pause()
      this.#tell('entering', failure)
    })
  }

  /**
   * Gives a command. Resolves when it is done or refused, or when nothing can be carried out any more: see
   * {@link Outcome}; until then it is kept, also over a restart. Rejects with StoreError when it could not be kept.
   */
  send(command: AnyCommand): Promise<Outcome> {
    return this.#queue.add(command)
  }

  /**
   * Leaves. What is shown ends at once; the others are told nothing, the facilitators' devices see it in the log. When
   * that has been sent, this device forgets the dialogue: its keys, its log and its drafts (R13). Whoever is
   * not let in yet, or no more, has nobody to tell: their device forgets at once, and the invitation stays used.
   * Where the device cannot even keep that, a notice says so, and nothing has happened.
   */
  async leave(): Promise<void> {
    try {
      await this.#leave()
    } catch (failure) {
      if (this.#record.phase === 'leaving') this.#kept.now = { ...this.#record, phase: 'inside' }
      this.#tell('leaving', failure)
    }
  }

  async #leave(): Promise<void> {
    const { phase, isShutOut } = this.status
    if (phase === 'left') return
    if ((phase !== 'inside' && phase !== 'leaving') || isShutOut) return this.forget()
    if (phase === 'inside') await this.#kept.save({ ...this.#record, phase: 'leaving' })
    const outcome = await this.#queue.add({ type: 'leave' })
    // Nothing can be sent. The others will know when they find that this person does not come.
    if (!outcome.done && ['stopped', 'unexpected'].includes(outcome.code)) await this.forget()
  }

  /** Forgets a refused command, once the person has seen why. */
  dismiss(id: string): Promise<void> {
    return this.#queue.dismiss(id)
  }

  /** Throws {@link Failure}. */
  invite(wish: NewInvitation): Promise<InvitationView> {
    return this.#spaces.unlessOver(this.#doorway.host.invite(wish))
  }

  /** Makes an invitation back to a seat, for whoever has lost their device (DV7). Throws {@link Failure}. */
  inviteBack(wish: NewReturn): Promise<InvitationView> {
    return this.#spaces.unlessOver(this.#doorway.host.inviteBack(wish))
  }

  /**
   * Makes an invitation by which a facilitator who is alone comes back with this participant's help (DV13). Throws
   * {@link Failure}.
   *
   * @param spoken a language with a code to be said; undefined for a link
   */
  helpBack(spoken?: string): Promise<InvitationView> {
    return this.#spaces.unlessOver(this.#doorway.helping.invite(spoken))
  }

  /** The six words by which others know this person's device. */
  safetyWords(): Promise<readonly string[]> {
    return wordsOf(this.#record)
  }

  /** What the server says, signed, that it has destroyed of a space, oldest first. Throws {@link Failure}. */
  receipts(space: SpaceName = 'room'): Promise<readonly RelayReceipt[]> {
    return readReceipts(this.#doors, this.#record.charter, this.#spaces.get(space))
  }

  /** What was said in a chapter from before this device came; `header` as in the status. Rejects with StoreError. */
  readPast(header: string): Promise<PastReading> {
    return this.#spaces.get('room').past.read(header)
  }

  /** This person has what was said in one of their legs before them: it is marked as read on this device, and nobody is told. */
  async noteRead(leg: LegView): Promise<void> {
    if (await this.#marks.note(leg)) this.#changed()
  }

  /** What somebody was in the middle of writing in a field; empty when nothing is kept. */
  draft(field: string): Promise<string> {
    return this.#drafts.read(field)
  }

  saveDraft(field: string, text: string): Promise<void> {
    return this.#drafts.save(field, text)
  }

  /** For a page that ends now: handed to the store when it returns. The field must have been read before (ST15). */
  saveDraftAtOnce(field: string, text: string): Promise<void> {
    return this.#drafts.saveAtOnce(field, text)
  }

  /** The device says that it is online again. */
  retryNow(): void {
    if (!this.#closed) this.#spaces.retryNow()
  }

  /** Ends, and leaves what is kept. @param isOver its date has come: it is shown as left. @returns when nothing is being written */
  close(isOver = false): Promise<void> {
    this.#isOver = isOver
    this.#end('unreachable')
    if (isOver) this.#changed()
    return this.#kept.settled()
  }

  /** @param last the command that ends it, and is told its own outcome */
  #end(code: string, last?: string): void {
    this.#closed = true
    this.#patience.close()
    this.#spaces.close()
    this.#queue.close(code, last)
  }

  async #begin(): Promise<void> {
    await this.#doorway.start()
    await this.#marks.start()
    // Nothing will be carried out: a founding that was refused waits for the next start, a join that was, for nothing.
    if (!(await this.#entrance.pass()))
      return this.#record.phase === 'declined' ? this.#queue.close('declined') : this.#queue.pause()
    await this.#groundwork.reopen()
    if (this.#closed) return
    this.#spaces.open(this.#record)
    await this.#queue.start()
    // It was stopped between two steps of leaving.
    const leaves = this.#queue.pending.some(({ command, refusal }) => isLeave(command) && refusal === undefined)
    if (this.#record.phase === 'leaving' && !leaves) await this.#queue.keep({ type: 'leave' })
    await this.#groundwork.found()
    if (this.#record.affirms && this.#record.phase === 'inside') await this.#affirm()
    this.#keepPolling()
  }

  /**
   * Somebody who has accepted the rules while joining need not be asked again at the door. Only what they have read is
   * accepted for them: nothing is carried out in a room on other rules.
   */
  async #affirm(): Promise<void> {
    try {
      await this.#spaces.unlessOver(this.#spaces.get('room').live())
    } catch (failure) {
      if (failure instanceof Failure) return
      throw failure
    }
    await this.#queue.keep({ type: 'affirmRules' }, { automatic: true })
    await this.#kept.save({ ...this.#record, affirms: false })
  }

  #keepPolling(): void {
    if (this.#closed) return
    this.#upkeep.keep()
    this.#doorway.again()
    // Time alone changes this.
    if (this.#spaces.isUnconfirmed !== this.status.notices.some(({ code }) => code === 'unconfirmed')) this.#changed()
    void this.#patience.pause(KEEPING_POLL_MS).then(() => this.#keepPolling())
  }

  async #carryOut(record: QueuedCommand): Promise<Carried> {
    const of = { spaces: this.#spaces, doorway: this.#doorway, proofs: this.#proofs, root: this.#root }
    const outcome = await carryOut(record, { ...of, save: (planned) => this.#queue.save(planned) })
    this.#note('queue', undefined)
    if (isLeave(record.command)) {
      if (isLastKeeper(outcome)) await this.#kept.save({ ...this.#record, phase: 'inside' })
      else await this.forget(record.id)
    } else if (record.automatic && typeof outcome === 'object' && !outcome.done)
      this.#upkeep.noteRefused(record.command)
    return outcome
  }

  /**
   * Ends, and deletes all that this device keeps of it: its keys, its log and its drafts. Nobody is told.
   *
   * @param last the command that has come to this, once everything before it has been sent
   */
  async forget(last?: string): Promise<void> {
    this.#end('has-left', last)
    await this.#kept.settled()
    await this.#vault.forget(namesOf(this.#record))
    this.#kept.now = { ...this.#record, phase: 'left' }
    this.#hasLeft()
    this.#changed()
  }

  #changed(): void {
    this.#doorway.watch.look()
    this.#status = undefined
    this.#look()
    for (const listener of this.#listeners) listener()
  }

  /** What this device does by itself after a change. */
  #look(): void {
    if (this.#closed) return
    if (isTurnedAway(this.#record, this.#spaces.get('room'))) return this.#turnAway()
    this.#doorway.look()
    if (this.#spaces.isLive) this.#queue.resume()
    this.#queue.again()
    this.#upkeep.keep()
  }

  #turnAway(): void {
    this.#spaces.close()
    this.#queue.close('declined')
    this.#failures.set('entering', 'used')
    this.#kept.save({ ...this.#record, phase: 'declined' }).catch((failure: unknown) => this.#tell('entering', failure))
  }

  #tell(doing: Doing, failure: unknown): void {
    this.#note(doing, codeOf(failure))
  }

  /** Told, unless this device was being closed: then it is taken up at the next start. */
  #note(doing: Doing, code: FailureCode | undefined): void {
    if (!this.#closed && this.#failures.set(doing, code)) this.#changed()
  }
}
