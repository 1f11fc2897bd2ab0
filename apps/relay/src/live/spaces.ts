import { equalBytes, type LogItem } from '@antechamber/protocol'
import type { Bus, SpaceHint } from '../bus.ts'
import type { RosterStore } from '../storage/ports.ts'
import { keyOf } from '../storage/rules.ts'
import { createRecent, type Framed } from './recent.ts'

/** A connection that has entered a space. */
export interface Member {
  readonly device: Uint8Array
  /** The log has grown. */
  wake(): void
  /** The device is no longer on the access list, or the space is no more. */
  dismiss(): void
  /** Asks the storage whether the device is still on the access list, and is dismissed if it is not. Never rejects. */
  check(): Promise<void>
  /** Somebody has left a join at an invitation of this space. */
  joined(invitation: Uint8Array): void
}

/** A space that has members here. */
export interface LiveSpace {
  /** The greatest number known here. */
  head(): number
  saw(head: number): void
  /** The frame of all items after `after`, and the last number in it, if they are at hand. */
  recentAfter(after: number): Framed | undefined
}

/** The spaces that have members in this process. */
export interface LiveSpaces {
  enter(space: Uint8Array, head: number, member: Member): { readonly space: LiveSpace; readonly leave: () => void }
  /** An item that was just made durable: kept at hand and told to all members, on every relay. */
  appended(space: Uint8Array, item: LogItem): void
  close(): void
}

interface Room extends LiveSpace {
  readonly id: Uint8Array
  /** Counts what was told of: nothing up to {@link heardUpTo} was missed, nor what came with it. */
  heard(n: number): void
  heardUpTo(): number
  /** What was missed up to here has been looked for in the storage. */
  caughtUp(head: number): void
  readonly members: Set<Member>
  remember(item: LogItem): void
  /** Keeps nothing at hand: what was taken out of the storage is to be nowhere. */
  forget(): void
  wakeSoon(): void
}

/** Numbers that came early, before one that is still to come, at most; beyond them the storage is asked. */
const EARLY = 1024

/** @param first how far the log goes when the first member comes */
function createRoom(id: Uint8Array, first: number): Room {
  const members = new Set<Member>()
  const early = new Set<number>()
  let heardUpTo = first
  let head = first
  let isWaking = false
  const recent = createRecent()
  return {
    id,
    members,
    heard: (n) => {
      if (n > heardUpTo && early.size < EARLY) early.add(n)
      while (early.delete(heardUpTo + 1)) heardUpTo += 1
    },
    heardUpTo: () => heardUpTo,
    caughtUp: (found) => {
      heardUpTo = Math.max(heardUpTo, found)
      for (const n of early) if (n <= heardUpTo) early.delete(n)
    },
    head: () => head,
    saw: (seen) => {
      head = Math.max(head, seen)
    },
    forget: recent.forget,
    remember: recent.remember,
    recentAfter: (after) => recent.after(after, head),
    wakeSoon: () => {
      if (isWaking) return
      isWaking = true
      // A group commit answers many appends in one turn: its readers get one frame instead of one each.
      setImmediate(() => {
        isWaking = false
        for (const member of members) member.wake()
      })
    },
  }
}

function dismissAll(room: Room): void {
  for (const member of [...room.members]) member.dismiss()
}

function deliver(room: Room, hint: SpaceHint): void {
  switch (hint.type) {
    case 'grown':
      room.heard(hint.head)
      room.saw(hint.head)
      // Also where the head was known: whoever has just entered may have brought it from the storage, and woken nobody.
      return room.wakeSoon()
    case 'removed':
      for (const member of [...room.members]) {
        if (hint.devices.some((device) => equalBytes(device, member.device))) member.dismiss()
      }
      return
    case 'joined':
      for (const member of room.members) member.joined(hint.invitation)
      return
    case 'purged':
      return dismissAll(room)
    case 'withdrawn':
      return room.forget()
    // Told to whoever appends (holds.ts), and to nobody who reads.
    case 'held':
    case 'freed':
  }
}

/**
 * Looks in the storage for what no hint has told. Where an envelope was missed, whoever is no longer on the list goes
 * first: nobody is told of an envelope that may be the one that removes them.
 */
async function resync(rooms: ReadonlyMap<string, Room>, roster: Pick<RosterStore, 'heads'>): Promise<void> {
  const asked = [...rooms.values()]
  const heads = await roster.heads({ spaces: asked.map(({ id }) => id) })
  const known = new Map(heads.map(({ space, head }) => [keyOf(space), head]))
  for (const room of asked) {
    const head = known.get(keyOf(room.id))
    if (head === undefined) dismissAll(room)
    else if (head > room.heardUpTo()) {
      await Promise.all([...room.members].map((member) => member.check()))
      deliver(room, { type: 'grown', space: room.id, head })
      room.caughtUp(head)
    }
  }
}

/** @param failed is told when the storage could not be asked; it is asked again at the next `missed` */
export function liveSpaces(bus: Bus, roster: Pick<RosterStore, 'heads'>, failed: (error: unknown) => void): LiveSpaces {
  const rooms = new Map<string, Room>()
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking || rooms.size === 0) return
    isLooking = true
    // A withdrawal may be among what was missed.
    for (const room of rooms.values()) room.forget()
    await resync(rooms, roster).catch(failed)
    isLooking = false
  }
  const unsubscribe = bus.subscribe((hint) => {
    if (hint.type === 'missed') return void look()
    const room = rooms.get(keyOf(hint.space))
    if (room) deliver(room, hint)
  })
  return {
    enter: (id, head, member) => {
      const key = keyOf(id)
      const room = rooms.get(key) ?? createRoom(id, head)
      rooms.set(key, room)
      room.saw(head)
      room.members.add(member)
      const leave = () => {
        room.members.delete(member)
        if (room.members.size === 0 && rooms.get(key) === room) rooms.delete(key)
      }
      return { space: room, leave }
    },
    appended: (space, item) => {
      rooms.get(keyOf(space))?.remember(item)
      bus.publish({ type: 'grown', space, head: item.n })
    },
    close: unsubscribe,
  }
}
