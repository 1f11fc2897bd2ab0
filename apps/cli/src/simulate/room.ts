import type { ContributionKind } from '@antechamber/core'
import type { Player } from './player.ts'
import type { Script, ScriptedPerson } from './script.ts'

/** Somebody of a side, with what the script gives them to say. */
export interface Participant {
  readonly player: Player
  readonly side: number
  readonly person: number
  readonly scripted: ScriptedPerson
}

/** What has been done so far, counted as it happens. */
export interface Tally {
  readonly contributions: Record<ContributionKind, number>
  passed: number
  restatements: number
  sentBack: number
  confirmed: number
  proposed: number
  cleared: number
}

/** Everybody who plays, together with what they play. */
export interface Room {
  readonly script: Script
  readonly facilitator: Player
  readonly participants: readonly Participant[]
  readonly tally: Tally
  /** Told each time that somebody has done something. */
  readonly step: () => void
  /** The texts that left the room, once they have; the same on every device. */
  released: readonly string[]
}
