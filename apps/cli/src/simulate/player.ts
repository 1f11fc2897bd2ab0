import {
  type AnyCommand,
  Device,
  type Dialogue,
  type DialogueStatus,
  type FailureCode,
  type Platform,
} from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import type { ActivityCommand, ActivityView, RunId, SideId } from '@antechamber/core'
import { CommandError, EXIT } from '../exit.ts'
import { counted, hurried, type Traffic } from './platform.ts'

/** One person who is played, with a device of their own. */
export interface Player {
  readonly name: string
  /** Undefined for the facilitator. */
  readonly side: SideId | undefined
  readonly dialogue: Dialogue
  readonly traffic: Traffic
  readonly close: () => void
}

/** A device that has no dialogue yet. */
export interface NewDevice {
  readonly device: Device
  readonly traffic: Traffic
  readonly close: () => void
}

/** @param inHurry the relay is ours alone, so nobody waits before they ask again */
export async function newDevice(origin: string, inHurry: boolean): Promise<NewDevice> {
  const traffic: Traffic = { up: 0, down: 0 }
  const memory = await memoryPlatform()
  const platform: Platform = counted(inHurry ? hurried(memory) : memory, traffic)
  const opened = await Device.open(platform, origin)
  if (!opened.ok) throw new CommandError(EXIT.refused, `a new device does not open: ${opened.error.code}`)
  const device = opened.value
  return { device, traffic, close: () => device.close() }
}

/** Longer silence than this means that the relay is gone. */
const PATIENCE_MS = 180_000
/** Changes come in swarms; each swarm is looked at once. */
const SWARM_MS = 10

/** Ends a {@link watch}; resolves with what the work gives, or rejects first with what keeps the device from going on. */
interface Watch {
  readonly stopped: Promise<never>
  readonly end: () => void
}

/** Looks at a player's device after each swarm of changes, until it is ended. */
function watch({ name, dialogue }: Player, what: string, look: (status: DialogueStatus) => void): Watch {
  let due: NodeJS.Timeout | undefined
  let patience: NodeJS.Timeout | undefined
  let unsubscribe: () => void = () => undefined
  const stopped = new Promise<never>((_, reject) => {
    const wait = (): void => {
      clearTimeout(patience)
      const silent = `the relay has fallen silent while ${name} waited for ${what}`
      patience = setTimeout(() => reject(new CommandError(EXIT.refused, silent)), PATIENCE_MS)
    }
    const lookNow = (): void => {
      due = undefined
      const problem = problemOf(dialogue.status)
      if (problem === undefined) look(dialogue.status)
      else reject(new CommandError(EXIT.refused, `${name}'s device has stopped: ${problem}`))
    }
    unsubscribe = dialogue.subscribe(() => {
      wait()
      due ??= setTimeout(lookNow, SWARM_MS)
    })
    wait()
    lookNow()
  })
  // Whoever watches hears of it; after the end nobody need.
  stopped.catch(() => undefined)
  const end = (): void => {
    clearTimeout(due)
    clearTimeout(patience)
    unsubscribe()
  }
  return { stopped, end }
}

/**
 * Resolves as soon as `holds` says yes to what the player sees. Rejects with CommandError when the device has stopped, or
 * nothing changes for so long that nothing will.
 */
export async function until(player: Player, what: string, holds: (status: DialogueStatus) => boolean): Promise<void> {
  let found: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    found = resolve
  })
  const { stopped, end } = watch(player, what, (status) => (holds(status) ? found() : undefined))
  try {
    await Promise.race([held, stopped])
  } finally {
    end()
  }
}

/** What keeps a device from going on, as a code; a relay that is away is waited for. */
function problemOf({ notices, phase, isShutOut }: DialogueStatus): string | undefined {
  if (phase === 'declined') return 'declined'
  if (isShutOut) return 'shut-out'
  for (const notice of notices) {
    if (notice.code === 'stopped') return notice.why
    if (notice.code === 'failed' && !WAITED_OUT.has(notice.why)) return notice.why
  }
  return undefined
}

const WAITED_OUT: ReadonlySet<string> = new Set<FailureCode>(['unreachable', 'too-many', 'stopping'])

/** Gives a command and waits until it is done. Throws CommandError when a rule refuses it or the device has stopped. */
export async function command(player: Player, given: AnyCommand): Promise<void> {
  const type = 'run' in given ? given.command.type : given.type
  const { stopped, end } = watch(player, type, () => undefined)
  try {
    const outcome = await Promise.race([player.dialogue.send(given), stopped])
    if (!outcome.done) throw new CommandError(EXIT.refused, `${player.name} was refused "${type}": ${outcome.code}`)
  } finally {
    end()
  }
}

/** Gives a command to one run of an activity. */
export const act = (player: Player, run: RunId, given: ActivityCommand): Promise<void> =>
  command(player, { run, command: given })

type ViewOf<Kind extends ActivityView['kind']> = Extract<ActivityView, { readonly kind: Kind }>

/** A run as this player sees it now, or undefined while they do not see it. */
export function runSeenBy<Kind extends ActivityView['kind']>(
  { dialogue }: Player,
  run: RunId,
  kind: Kind,
): ViewOf<Kind> | undefined {
  const seen = dialogue.status.view?.runs.find((one) => one.run === run)?.view
  return seen?.kind === kind ? (seen as ViewOf<Kind>) : undefined
}
