import { equalBytes, type LogItem } from '@antechamber/protocol'
import type { Bus, Hint } from '../bus.ts'
import { keyOf } from '../storage/rules.ts'
import { itemsFrame } from './frames.ts'

/** Items and bytes that a space keeps at hand for its live readers; who is further behind reads from the storage. */
const RECENT_ITEMS = 64
const RECENT_BYTES = 512 * 1024

/** A connection that has entered a space. */
export interface Member {
  readonly device: Uint8Array
  /** The log has grown. */
  wake(): void
  /** The device is no longer on the access list, or the space is no more. */
  dismiss(): void
  /** Somebody has left a join at an invitation of this space. */
  joined(invitation: Uint8Array): void
}

/** A space that has members here. */
export interface LiveSpace {
  /** The greatest number known here. */
  head(): number
  saw(head: number): void
  /** The frame of all items after `after`, and the last number in it, if they are at hand. */
  recentAfter(after: number): { readonly frame: Uint8Array; readonly last: number } | undefined
}

/** The spaces that have members in this process. */
export interface LiveSpaces {
  enter(space: Uint8Array, head: number, member: Member): { readonly space: LiveSpace; readonly leave: () => void }
  /** An item that was just made durable: kept at hand and told to all members, on every relay. */
  appended(space: Uint8Array, item: LogItem): void
  close(): void
}

interface Room extends LiveSpace {
  readonly members: Set<Member>
  remember(item: LogItem): void
  wakeSoon(): void
}

const sizeOf = (item: LogItem): number => item.envelope?.length ?? 0

function createRoom(): Room {
  const members = new Set<Member>()
  let head = 0
  let recent: LogItem[] = []
  let recentBytes = 0
  let isWaking = false
  let framed: { readonly after: number; readonly last: number; readonly frame: Uint8Array } | undefined
  return {
    members,
    head: () => head,
    saw: (seen) => {
      head = Math.max(head, seen)
    },
    remember: (item) => {
      // A gap means that another relay appended in between: what is at hand is no longer the end of the log.
      if (item.n !== (recent.at(-1)?.n ?? item.n - 1) + 1) {
        recent = []
        recentBytes = 0
      }
      recent.push(item)
      recentBytes += sizeOf(item)
      while (recent.length > RECENT_ITEMS || (recentBytes > RECENT_BYTES && recent.length > 1)) {
        recentBytes -= sizeOf(recent.shift() as LogItem)
      }
    },
    recentAfter: (after) => {
      const first = recent[0]
      const last = recent.at(-1)
      if (first === undefined || last === undefined || after + 1 < first.n || after >= last.n || last.n < head) {
        return undefined
      }
      if (framed?.after !== after || framed.last !== last.n) {
        framed = { after, last: last.n, frame: itemsFrame(head, recent.slice(after + 1 - first.n)) }
      }
      return framed
    },
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

function deliver(room: Room, hint: Hint): void {
  switch (hint.type) {
    case 'grown':
      room.saw(hint.head)
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
      for (const member of [...room.members]) member.dismiss()
  }
}

export function liveSpaces(bus: Bus): LiveSpaces {
  const rooms = new Map<string, Room>()
  const unsubscribe = bus.subscribe((hint) => {
    const room = rooms.get(keyOf(hint.space))
    if (room) deliver(room, hint)
  })
  return {
    enter: (id, head, member) => {
      const key = keyOf(id)
      const room = rooms.get(key) ?? createRoom()
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
