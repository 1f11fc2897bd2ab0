import { followUps, isKeeper, type Proofs, type RosterChange, seatOf } from '@antechamber/core'
import { CHAPTER_MAX_AGE_MS, CHAPTER_MAX_ENVELOPES } from '@antechamber/protocol'
import { stageOf } from './replica.ts'
import type { Space } from './space.ts'
import type { Spaces } from './spaces.ts'
import type { AnyCommand } from './status.ts'

/** What a device does by itself because time has passed or others have acted. */
export interface KeepingOf {
  readonly spaces: Spaces
  readonly proofs: Proofs
  readonly now: () => number
  readonly me: Parameters<typeof seatOf>[1]
  readonly isPending: (command: AnyCommand) => boolean
  readonly add: (command: AnyCommand) => void
}

/** The core's follow-ups, each once: those that already wait are left alone. */
export function addFollowUps({ spaces, proofs, isPending, add }: KeepingOf): void {
  const { world } = spaces
  if (!world || !spaces.isLive) return
  for (const command of followUps(world, proofs)) if (!isPending(command)) add(command)
}

/**
 * Opens the chapters that are due, by the devices of keepers (CH14). Those who have asked to leave go with the next
 * chapter that opens anyway, so that nothing tells when they left (R13).
 */
export async function openDueChapters({ spaces, now, me }: KeepingOf): Promise<void> {
  for (const space of spaces.all) {
    if (!space.isLive || !space.state || !isDue(space, now())) continue
    const { roster, leaving } = space.state.governing
    const seat = seatOf(roster, me)
    if (!seat || !isKeeper(space.name, seat)) continue
    await space.openChapter(
      leaving.map((one): RosterChange => ({ type: 'removed', seat: one })),
      [],
    )
  }
}

function isDue({ state, current, isOrphaned }: Space, now: number): boolean {
  if (!state || !current) return false
  if (isOrphaned) return true
  if (stageOf(state) !== current.stage) return true
  return current.entries >= CHAPTER_MAX_ENVELOPES || now - current.openedAt >= CHAPTER_MAX_AGE_MS
}
