import type { Process } from '@antechamber/core'
import type { Play } from './play.ts'
import type { Source } from './source.ts'

/** What `summary.json` says. Documented in docs/operate/cli.md; a field that changes its meaning changes `version`. */
export interface Summary {
  readonly version: 1
  readonly seed: number
  readonly process: string
  readonly source: Source
  readonly sides: readonly { readonly name: string; readonly people: number }[]
  /** Participants; the facilitator is not counted. */
  readonly people: number
  readonly contributions: { readonly perception: number; readonly fear: number; readonly need: number }
  /** How often somebody passed in a round. */
  readonly passed: number
  readonly restatements: { readonly offered: number; readonly sentBack: number; readonly confirmed: number }
  readonly lines: { readonly proposed: number; readonly cleared: number }
  /** The lines of the brief, in order. */
  readonly brief: readonly string[]
  /** `joining` and then the process's stages by their ids, in order. */
  readonly secondsPerStage: Readonly<Record<string, number>>
  /** From the first invitation to the brief on every device. */
  readonly seconds: number
  /** WebSocket messages and bodies of HTTP requests, in bytes; the facilitator comes first. */
  readonly traffic: readonly {
    readonly person: string
    readonly side: string | null
    readonly bytesUp: number
    readonly bytesDown: number
  }[]
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000

/** @param joining seconds until everybody was in the room */
export function summaryOf(
  { room, stages }: Play,
  source: Source,
  { seed, process }: { readonly seed: number; readonly process: Process },
  joining: number,
): Summary {
  const { script, tally, facilitator, participants, released } = room
  const timed = [{ id: 'joining', seconds: joining }, ...stages]
  return {
    version: 1,
    seed,
    process: process.id,
    source,
    sides: script.sides.map(({ name, people }) => ({ name, people: people.length })),
    people: participants.length,
    contributions: tally.contributions,
    passed: tally.passed,
    restatements: { offered: tally.restatements, sentBack: tally.sentBack, confirmed: tally.confirmed },
    lines: { proposed: tally.proposed, cleared: tally.cleared },
    brief: released,
    secondsPerStage: Object.fromEntries(timed.map(({ id, seconds }) => [id, rounded(seconds)])),
    seconds: rounded(timed.reduce((sum, { seconds }) => sum + seconds, 0)),
    traffic: [{ player: facilitator, side: -1 }, ...participants].map(({ player, side }) => ({
      person: player.name,
      side: script.sides[side]?.name ?? null,
      bytesUp: player.traffic.up,
      bytesDown: player.traffic.down,
    })),
  }
}
