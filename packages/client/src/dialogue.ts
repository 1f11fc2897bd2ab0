import { type Proofs, type SpaceName, view } from '@antechamber/core'
import { fromUtf8, toBase64Url, utf8 } from '@antechamber/protocol'
import { type SigningKey, signingKeyFromSecret } from '@antechamber/sealing'
import { carryOut } from './carry-out.ts'
import { CommandQueue, type Outcome } from './command-queue.ts'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { firstState, openAtRelay } from './founding.ts'
import { Host, type InvitationView, type NewInvitation } from './host.ts'
import { wordsOf } from './invitation.ts'
import { addFollowUps, type KeepingOf, openDueChapters } from './keeping.ts'
import { type Platform, StoreError } from './ports.ts'
import { makeProofs } from './proofs.ts'
import {
  type DialogueRecord,
  dialogueName,
  draftName,
  namesOf,
  type QueuedCommand,
  type SpaceRecord,
} from './records.ts'
import { RelayDoors } from './relay-doors.ts'
import { Spaces } from './spaces.ts'
import type { AnyCommand, DialogueStatus, Notice } from './status.ts'
import type { Vault } from './vault.ts'

/** How often somebody who waits asks what became of their invitation: at first and at last. */
const FIRST_POLL_MS = 1_000
const LAST_POLL_MS = 10_000
const KEEPING_POLL_MS = 60_000
const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 30_000

/** One dialogue on this device, from joining or founding it to leaving it. */
export class Dialogue {
  readonly #platform: Platform
  readonly #vault: Vault
  readonly #doors: RelayDoors
  readonly #root: SigningKey
  readonly #proofs: Proofs = makeProofs()
  readonly #spaces: Spaces
  readonly #queue: CommandQueue<AnyCommand>
  readonly #host: Host
  readonly #listeners = new Set<() => void>()
  readonly #timers = new Set<() => void>()
  #record: DialogueRecord
  #saving: Promise<void> = Promise.resolve()
  #failed: FailureCode | undefined
  #isKeeping = false
  #closed = false
  #status: DialogueStatus | undefined

  constructor(record: DialogueRecord, platform: Platform, vault: Vault) {
    this.#record = record
    this.#platform = platform
    this.#vault = vault
    this.#doors = new RelayDoors(record.origin, platform.fetch)
    this.#root = signingKeyFromSecret(decoded(record.rootSecret))
    this.#spaces = new Spaces(record, {
      platform,
      vault,
      doors: this.#doors,
      proofs: this.#proofs,
      dialogue: decoded(record.charter.dialogue),
      me: record.seat,
      root: this.#root,
      trustedRoots: [...record.trustedRoots, toBase64Url(this.#root.publicKey)],
      saveKeys: (name, keys) => this.#saveKeys(name, keys),
      changed: () => this.#changed(),
      joined: (invitation) => this.#refreshHost(invitation),
    })
    this.#host = new Host({
      vault,
      record,
      space: (name) => this.#spaces.get(name),
      random: platform.random,
      now: platform.now,
      rootPublic: toBase64Url(this.#root.publicKey),
      changed: () => this.#changed(),
    })
    this.#queue = new CommandQueue(
      vault,
      record.local,
      platform.random,
      (command) => this.#carryOut(command),
      () => this.#changed(),
      (failure) => this.#interrupted(failure),
    )
  }

  get local(): string {
    return this.#record.local
  }

  /** The id of the invitation by which this device has joined; undefined where it founded the dialogue. */
  get invitation(): string | undefined {
    return this.#record.invitation
  }

  /** What a screen shows now; the same object until something changes. */
  get status(): DialogueStatus {
    this.#status ??= this.#makeStatus()
    return this.#status
  }

  /** Calls back after each change; the function that it returns ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Begins or resumes, wherever this device stopped. Returns at once; what happens is told by {@link status}. */
  start(): void {
    this.#begin().catch((failure: unknown) => this.#interrupted(failure))
  }

  /** Something stopped in the middle and is taken up at the next start: told, unless this device was being closed. */
  #interrupted(failure: unknown): void {
    if (!(failure instanceof Failure) && !(failure instanceof StoreError)) throw failure
    if (this.#closed) return
    this.#failed = failure instanceof StoreError ? 'not-kept' : failure.code
    this.#changed()
  }

  /** Gives a command. Resolves when it is done or refused; until then it is kept, also over a restart. */
  send(command: AnyCommand): Promise<Outcome> {
    return this.#queue.add(command)
  }

  /**
   * Leaves. What is shown ends at once; the others are told nothing, the facilitators' devices see it in the log. When
   * that has been sent, this device forgets the dialogue: its keys, its log and its drafts (R13). Whoever is
   * not let in yet, or no more, has nobody to tell: their device forgets at once, and the invitation stays used.
   */
  async leave(): Promise<void> {
    const { phase, isShutOut } = this.status
    if (phase === 'waiting' || phase === 'declined' || isShutOut) return this.#forget()
    await this.#save({ ...this.#record, phase: 'leaving' })
    await this.#queue.add({ type: 'leave' })
  }

  /** Forgets a refused command, once the person has seen why. */
  dismiss(id: string): Promise<void> {
    return this.#queue.dismiss(id)
  }

  /** Throws {@link Failure}. */
  invite(wish: NewInvitation): Promise<InvitationView> {
    return this.#host.invite(wish)
  }

  /** The six words by which others know this person's device. */
  safetyWords(): Promise<readonly string[]> {
    return wordsOf(this.#record.anchorSecret, this.#record.language)
  }

  /** What somebody was in the middle of writing in a field; empty when nothing is kept. */
  async draft(field: string): Promise<string> {
    const kept = await this.#vault.read(draftName(this.local, field))
    return (kept && fromUtf8(kept)) ?? ''
  }

  async saveDraft(field: string, text: string): Promise<void> {
    await this.#vault.write([{ name: draftName(this.local, field), content: text === '' ? undefined : utf8(text) }])
  }

  /** The device says that it is online again. */
  retryNow(): void {
    this.#spaces.retryNow()
  }

  close(): void {
    this.#closed = true
    for (const cancel of this.#timers) cancel()
    this.#spaces.close()
  }

  async #begin(): Promise<void> {
    await this.#host.start()
    if (!(await this.#untilReached(() => this.#openSpaces()))) return this.#giveUp()
    if (this.#record.phase === 'waiting') await this.#waitForAdmission()
    if (this.#closed || this.#record.phase === 'declined') return
    this.#spaces.open()
    await this.#queue.start()
    await this.#foundSpaces()
    if (this.#record.affirms) await this.#affirm()
    if (this.#record.role === 'facilitator') this.#refreshHost()
    this.#keepPolling()
  }

  /** Spaces that this device opens itself: all while founding, its own while joining. */
  async #openSpaces(): Promise<void> {
    const { join, ticket, ...joined } = this.#record
    const { phase, spaces } = joined
    // A device whose join has been left has opened its own space before, and keeps no ticket to do it again.
    if (phase !== 'founding' && join === undefined) return
    for (const space of spaces)
      if (phase === 'founding' || space.name === 'own') await openAtRelay(this.#record, space, this.#doors)
    if (join === undefined) return
    await this.#doors.postJoin(decoded(joined.invitation ?? ''), decoded(ticket ?? ''), decoded(join))
    await this.#save(joined)
  }

  /** A join that the relay does not take will never be admitted; a founding may be tried again. */
  async #giveUp(): Promise<void> {
    if (this.#record.join !== undefined && !this.#closed) await this.#save({ ...this.#record, phase: 'declined' })
  }

  async #foundSpaces(): Promise<void> {
    const { phase, spaces } = this.#record
    const mine = spaces.filter(({ name }) => phase === 'founding' || name === 'own')
    await Promise.all(mine.map((space) => this.#spaces.get(space.name).found(firstState(this.#record, space))))
    if (phase !== 'founding') return
    const { desk: _, ...founded } = this.#record
    await this.#save({ ...founded, phase: 'inside' })
  }

  async #waitForAdmission(): Promise<void> {
    for (
      let wait = FIRST_POLL_MS;
      !this.#closed && this.#record.phase === 'waiting';
      wait = Math.min(LAST_POLL_MS, wait * 1.05)
    ) {
      await this.#untilReached(async () => {
        const { state } = await this.#doors.readInvitation(decoded(this.#record.invitation ?? ''))
        if (this.#closed) return
        if (state === 'admitted') await this.#save({ ...this.#record, phase: 'inside' })
        else if (state !== 'waiting' && state !== 'open') await this.#save({ ...this.#record, phase: 'declined' })
      })
      if (this.#record.phase === 'waiting') await this.#pause(wait)
    }
  }

  /** Somebody who has accepted the rules while joining need not be asked again at the door. */
  async #affirm(): Promise<void> {
    await this.#spaces.get('room').live()
    void this.#queue.add({ type: 'affirmRules' })
    await this.#save({ ...this.#record, affirms: false })
  }

  /** Tries until the relay is reached; whatever else it answers is told and ends the trying. */
  async #untilReached(work: () => Promise<void>): Promise<boolean> {
    for (let wait = FIRST_RETRY_MS; !this.#closed; wait = Math.min(MAX_RETRY_MS, wait * 2)) {
      try {
        await work()
        this.#failed = undefined
        return true
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure
        this.#failed = failure.code
        this.#changed()
        if (failure.code !== 'unreachable' && failure.code !== 'too-many' && failure.code !== 'stopping') return false
        await this.#pause(Math.max(wait, failure.retryAfterMs))
      }
    }
    return false
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#platform.after(ms, () => {
        this.#timers.delete(cancel)
        resolve()
      })
      this.#timers.add(cancel)
    })
  }

  #keepPolling(): void {
    if (this.#closed) return
    this.#keep()
    void this.#pause(KEEPING_POLL_MS).then(() => this.#keepPolling())
  }

  async #carryOut(record: QueuedCommand): Promise<Outcome> {
    const of = { spaces: this.#spaces, host: this.#host, proofs: this.#proofs, root: this.#root }
    const outcome = await carryOut(record, { ...of, save: (planned) => this.#queue.save(planned) })
    if (isLeave(record))
      await (isLastKeeper(outcome) ? this.#save({ ...this.#record, phase: 'inside' }) : this.#forget())
    return outcome
  }

  /** Only once everything before it has been sent: the queue carries out in order. */
  async #forget(): Promise<void> {
    this.close()
    await this.#saving
    await this.#vault.forget(namesOf(this.#record))
    this.#record = { ...this.#record, phase: 'left' }
    this.#changed()
  }

  #refreshHost(joined?: Uint8Array): void {
    this.#host.refresh(joined).catch((failure: unknown) => {
      if (!(failure instanceof Failure)) throw failure
    })
  }

  #changed(): void {
    this.#status = undefined
    this.#keep()
    for (const listener of this.#listeners) listener()
  }

  #keep(): void {
    if (this.#isKeeping || this.#closed || this.#record.phase !== 'inside') return
    this.#isKeeping = true
    const of: KeepingOf = {
      spaces: this.#spaces,
      proofs: this.#proofs,
      now: this.#platform.now,
      me: this.#record.seat,
      isPending: (command) =>
        this.#queue.pending.some((one) => JSON.stringify(one.command) === JSON.stringify(command)),
      add: (command) => void this.#queue.add(command, { automatic: true }),
    }
    addFollowUps(of)
    openDueChapters(of)
      .catch((failure: unknown) => {
        // Whoever keeps the space tries again at the next change; nobody is waiting for it.
        if (!(failure instanceof Failure)) throw failure
      })
      .finally(() => {
        this.#isKeeping = false
      })
  }

  #saveKeys(name: SpaceName, sealingKeys: SpaceRecord['sealingKeys']): Promise<void> {
    const spaces = this.#record.spaces.map((space) => (space.name === name ? { ...space, sealingKeys } : space))
    return this.#save({ ...this.#record, spaces })
  }

  /** One write after the other: the last record given is the one that stays. */
  #save(record: DialogueRecord): Promise<void> {
    this.#record = record
    this.#saving = this.#saving.then(() => this.#vault.writeJson(dialogueName(record.local), this.#record))
    return this.#saving.then(() => this.#changed())
  }

  #makeStatus(): DialogueStatus {
    const { local, phase, charter, role, side, name, language, seat } = this.#record
    const { world } = this.#spaces
    const room = this.#spaces.get('room')
    return {
      local,
      phase,
      isLive: this.#spaces.isLive,
      isShutOut: phase === 'inside' && room.lost === 'not-found',
      record: { charter, role, ...(side !== undefined && { side }), name, language, seat },
      view: world && view(world, this.#proofs),
      pending: this.#queue.pending.filter(({ refusal }) => refusal === undefined),
      invitations: role === 'facilitator' ? this.#host.invitations : [],
      notices: this.#notices(),
    }
  }

  #notices(): readonly Notice[] {
    const stopped = this.#spaces.all.flatMap(({ name, stop }): Notice[] =>
      stop ? [{ code: 'stopped', space: name, why: stop }] : [],
    )
    const refused = this.#queue.pending.flatMap(({ id, command, refusal }): Notice[] =>
      refusal === undefined ? [] : [{ code: 'refused', id, why: refusal, command }],
    )
    const forks = this.#spaces.all.flatMap((space) =>
      space.forks.map((by): Notice => ({ code: 'fork', space: space.name, by })),
    )
    return [...stopped, ...forks, ...refused, ...(this.#failed ? [{ code: 'failed' as const, why: this.#failed }] : [])]
  }
}

const isLeave = ({ command }: QueuedCommand): boolean => (command as AnyCommand & { type?: string }).type === 'leave'

/** Somebody who alone keeps a space stays: without them nobody could let people in or take them out. */
const isLastKeeper = (outcome: Outcome): boolean => !outcome.done && outcome.code === 'last-keeper'
