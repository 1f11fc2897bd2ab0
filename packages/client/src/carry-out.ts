import {
  type Addressed,
  type Command,
  decide,
  type Facts,
  isLegCommand,
  legWith,
  type Proofs,
  type RoundKey,
  type RoundSecret,
  seatOf,
  spaceKind,
  type WordsRef,
} from '@antechamber/core'
import { encode, ID_BYTES, tagged, toBase64Url, u32, utf8 } from '@antechamber/protocol'
import { hash, roundKeyOf, roundSecret, type SigningKey, signTurn, wordsRef, wordsSalt } from '@antechamber/sealing'
import type { Carried, Outcome } from './command-queue.ts'
import type { Doorway } from './doorway.ts'
import { decoded } from './encoding.ts'
import { Failure, RefusedChapter } from './errors.ts'
import type { PlannedEvent, QueuedCommand } from './records.ts'
import type { Space } from './space.ts'
import type { Spaces } from './spaces.ts'
import type { AnyCommand, HostCommand } from './status.ts'
import type { SentWords } from './writer.ts'

/** What carrying out a command needs. */
export interface CarryOutOf {
  readonly spaces: Spaces
  readonly doorway: Doorway
  readonly proofs: Proofs
  readonly root: SigningKey
  readonly save: (record: QueuedCommand) => Promise<void>
}

const HOST_COMMANDS: ReadonlySet<string> = new Set<HostCommand['type']>([
  'admit',
  'admit-all',
  'decline',
  'revoke',
  'remove',
  'accept-device',
  'decline-device',
  'drop-device',
  'let-back',
  'decline-back',
])
const isHostCommand = (command: AnyCommand): command is HostCommand =>
  'type' in command && HOST_COMMANDS.has(command.type)

const done: Outcome = { done: true }
const refused = (code: string): Outcome => ({ done: false, code })
const outcomeOf = (refusal: string | undefined): Outcome => (refusal === undefined ? done : refused(refusal))

/**
 * Carries out one command of the queue, waiting for the connection as long as it takes. It may be stopped anywhere and
 * called again: ids are drawn from the command's own, so what has already been written is not written twice (LG9).
 *
 * @returns `later` when nothing can be carried out before the device has been started again; `aside` when it waits for
 *   somebody, and the others need not
 *
 * Throws {@link Failure} when the dialogue is closed meanwhile; the command then stays as it is.
 */
export async function carryOut(record: QueuedCommand, of: CarryOutOf): Promise<Carried> {
  const command = record.command as AnyCommand
  for (;;) {
    try {
      if (isHostCommand(command)) return await of.spaces.unlessOver(carryOutHost(record.id, command, of))
      const leg = await legFor(command, of.spaces)
      if (leg === 'aside') return leg
      return await of.spaces.unlessOver(carryOutDialogue(record, command, of), leg)
    } catch (failure) {
      if (failure instanceof RefusedChapter) return refused(failure.code)
      if (!(failure instanceof Failure)) throw failure
      // A lost connection is waited out by the space itself; what comes here is the relay's or the space's last word.
      if (of.spaces.isClosed) throw failure
      if (failure.code === 'stopped' && of.spaces.mayGoOn) return 'later'
      if (failure.code !== 'unreachable') return refused(failure.code)
    }
  }
}

/** The leg that a command needs, if it needs one; `aside` while it waits for somebody to come into it (LE7). */
async function legFor(command: Command, spaces: Spaces): Promise<Space | 'aside' | undefined> {
  if (!('type' in command)) return undefined
  const isSaid = isLegCommand(command)
  const named = 'space' in command ? command.space : undefined
  if (!isSaid && (named === undefined || spaceKind(named) !== 'leg')) return undefined
  await spaces.unlessOver(spaces.live())
  const { world } = spaces
  const name = isSaid && world ? legWith(world, command.with) : named
  // There can be none: the rules say why.
  if (name === undefined) return undefined
  const leg = spaces.find(name)
  if (leg && spaces.isOver(leg)) return leg
  const isIn = !isSaid || (leg?.state && seatOf(leg.state.governing.roster, command.with) !== undefined)
  return leg?.isLive && isIn ? leg : 'aside'
}

async function carryOutHost(
  id: string,
  command: HostCommand,
  { doorway: { host, further, helping }, spaces }: CarryOutOf,
): Promise<Outcome> {
  switch (command.type) {
    case 'admit':
    case 'admit-all':
      return outcomeOf(await host.admit(command.type === 'admit' ? [command.invitation] : command.invitations))
    case 'decline':
      await host.decline(command.invitation)
      return done
    case 'revoke':
      await host.revoke(command.invitation)
      return done
    case 'remove':
      // Of legs each is told by the device that is in it (LE8).
      await host.remove(command.seat, spaces.main)
      return done
    case 'accept-device':
      return outcomeOf(await further.accept(command.invitation, id))
    case 'decline-device':
      await further.decline(command.invitation)
      return done
    case 'drop-device':
      return outcomeOf(await further.drop(command.root, id))
    case 'let-back':
      return outcomeOf(await helping.accept(command.invitation, id))
    case 'decline-back':
      await helping.decline(command.invitation)
      return done
  }
}

async function carryOutDialogue(record: QueuedCommand, command: Command, of: CarryOutOf): Promise<Outcome> {
  let plan = record.plan
  for (let at = 0; ; ) {
    // What a device says by itself is what holds as it says it: a yes in its plan may have been taken back since (DX3).
    const asOfNow = record.automatic === true && at === 0
    if (asOfNow && plan?.[0] && !(await of.spaces.get(plan[0].space).hasLanded(entryId(record.id, 0)))) plan = undefined
    if (!plan) {
      const decided = await decideNow(record.id, command, of)
      if ('code' in decided) return refused(decided.code)
      plan = decided.plan
      await of.save({ ...record, plan })
    }
    const next = plan[at]
    if (!next) return done
    const appended = await of.spaces.get(next.space).append(entryId(record.id, at), next.event, saidIn(next), asOfNow)
    if (appended === 'stale') {
      // The chapter ended first: what the command means is decided anew, unless half of it is already said.
      if (at === 0 && !asOfNow) plan = undefined
    } else if (appended.setAside !== undefined) return refused(appended.setAside)
    else at += 1
  }
}

async function decideNow(
  id: string,
  command: Command,
  { spaces, proofs, root }: CarryOutOf,
): Promise<{ readonly plan: NonNullable<QueuedCommand['plan']> } | { readonly code: string }> {
  await spaces.live()
  const { world } = spaces
  if (!world) throw new Failure('stopped')
  const said = new Map<string, Said>()
  const drawn = 'run' in command && command.command.type === 'openRound' ? await drawRoundKey(id, root) : undefined
  const decided = decide(world, command, factsOf(id, root, said, drawn), proofs)
  return decided.ok ? { plan: decided.value.map((event) => withWords(event, said)) } : decided.error
}

/** What a command says, as its plan keeps it. */
type Said = NonNullable<PlannedEvent['said']>[number]
type RoundKeyPair = ReturnType<Facts['roundKey']>

async function drawRoundKey(commandId: string, root: SigningKey): Promise<RoundKeyPair> {
  const { publicKey, secret } = await roundKeyOf(roundSecret(root, utf8(commandId)))
  return { key: toBase64Url(publicKey) as RoundKey, secret: toBase64Url(secret) as RoundSecret }
}

/** @param said is given what the command says, by what events name it by */
function factsOf(
  commandId: string,
  root: SigningKey,
  said: Map<string, Said>,
  roundKey: RoundKeyPair | undefined,
): Facts {
  let drawn = 0
  return {
    newId: () => toBase64Url(derivedId('fact-id', commandId, drawn++)),
    sign: (subject) => toBase64Url(signTurn(root, decoded(subject))),
    say: (words, key) => {
      const salt = wordsSalt(root, utf8(commandId), encode(u32, said.size))
      const ref = toBase64Url(wordsRef({ salt, words })) as WordsRef
      said.set(ref, { salt: toBase64Url(salt), words, ...(key && { to: key }) })
      return ref
    },
    roundKey: () => {
      if (!roundKey) throw new Error('no key was drawn')
      return roundKey
    },
  }
}

/** An event with the words that it names: they are sent before it, to its space and no other. */
function withWords(addressed: Addressed<unknown>, all: ReadonlyMap<string, Said>): PlannedEvent {
  const one = all.get((addressed.event as { words?: string }).words ?? '')
  return one ? { ...addressed, said: [one] } : addressed
}

const saidIn = ({ said = [] }: PlannedEvent): readonly SentWords[] =>
  said.map(({ salt, words, to }) => ({ salt: decoded(salt), words, ...(to !== undefined && { to: decoded(to) }) }))

const entryId = (commandId: string, at: number): Uint8Array => derivedId('entry-id', commandId, at)

/** The same id for the same part of the same command, however often it is carried out. */
const derivedId = (purpose: string, commandId: string, at: number): Uint8Array =>
  hash(tagged(purpose, utf8(commandId), encode(u32, at))).slice(0, ID_BYTES)

/** Somebody who alone keeps a space stays: without them nobody could let people in or take them out. */
export const isLastKeeper = (outcome: Carried): boolean =>
  typeof outcome === 'object' && !outcome.done && outcome.code === 'last-keeper'

export const isLeave = (command: unknown): boolean => (command as { type?: string }).type === 'leave'
