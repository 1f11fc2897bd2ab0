import type { Millis, Process, SideId } from '@antechamber/core'
import type { Desk } from '../desk-link.ts'
import { CommandError, EXIT } from '../exit.ts'
import { command, type NewDevice, newDevice, type Player, until } from './player.ts'
import type { Participant, Room } from './room.ts'
import type { Script, ScriptedPerson } from './script.ts'

/** What is needed before anybody can come in. */
export interface Entrance {
  readonly script: Script
  readonly process: Process
  readonly desk: Desk
  /** The relay is ours alone: see {@link newDevice}. */
  readonly inHurry: boolean
  /** Told of each device as it is made, so that it can be closed whatever happens. */
  readonly made: (device: NewDevice) => void
}

const DAY_MS = 86_400_000
const LANGUAGE = 'en'
const FACILITATOR = 'Facilitator'

const sideIdOf = (side: number): SideId => 'abcd'[side] as SideId

/** Founds the dialogue and lets everybody in. Throws CommandError, or the client's Failure when the relay refuses. */
export async function enter(entrance: Entrance, step: () => void): Promise<Room> {
  const { script } = entrance
  const facilitator = await found(entrance)
  const seats = script.sides.flatMap(({ people }, side) =>
    people.map((scripted, person) => ({ scripted, side, person })),
  )
  const guests = await Promise.all(
    seats.map(async (seat) => ({
      ...seat,
      ...(await arrive(entrance, facilitator, seat.scripted, sideIdOf(seat.side))),
    })),
  )
  await recognise(facilitator, guests)
  await command(facilitator, { type: 'admit-all', invitations: guests.map(({ invitation }) => invitation) })
  const participants = await Promise.all(
    guests.map(async ({ player, side, person, scripted }): Promise<Participant> => {
      await until(player, 'to be let in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
      step()
      return { player, side, person, scripted }
    }),
  )
  const contributions = { perception: 0, fear: 0, need: 0 }
  const tally = { contributions, passed: 0, restatements: 0, sentBack: 0, confirmed: 0, proposed: 0, cleared: 0 }
  return { script, facilitator, participants, tally, step, released: [] }
}

async function makeDevice({ desk, inHurry, made }: Entrance): Promise<NewDevice> {
  const device = await newDevice(desk.origin, inHurry)
  made(device)
  return device
}

async function found(entrance: Entrance): Promise<Player> {
  const { script, process, desk } = entrance
  const { device, ...rest } = await makeDevice(entrance)
  await device.checkDesk(desk.secret)
  const dialogue = await device.found(
    {
      title: script.title,
      convenor: script.convenor,
      process,
      sides: script.sides.map(({ name, mark }, side) => ({ id: sideIdOf(side), name, mark })),
      languages: Object.keys(process.title),
      rules: process.rules,
      confidentiality: 'agreed-text-leaves',
      retainUntil: (Date.now() + process.retentionDays * DAY_MS) as Millis,
      name: FACILITATOR,
      language: LANGUAGE,
    },
    desk.secret,
  )
  const facilitator: Player = { name: FACILITATOR, side: undefined, dialogue, ...rest }
  await until(facilitator, 'the room', ({ phase, isLive, view }) => phase === 'inside' && isLive && view !== undefined)
  // Nothing is lost with what is played here.
  await dialogue.devices.noteWrittenDown()
  await command(facilitator, { type: 'affirmRules' })
  return facilitator
}

/** Somebody who has joined and waits to be let in. */
interface Guest {
  readonly player: Player
  readonly invitation: string
  readonly side: number
}

/** Somebody is invited by a link, joins, and waits. */
async function arrive(
  entrance: Entrance,
  facilitator: Player,
  { name }: ScriptedPerson,
  side: SideId,
): Promise<Pick<Guest, 'player' | 'invitation'>> {
  const { dialogue: room } = facilitator
  const { id, link } = await room.invite({ role: 'participant', side, label: name })
  const { device, ...rest } = await makeDevice(entrance)
  const dialogue = await device.join(await device.readInvitation(link), { name, language: LANGUAGE })
  const player: Player = { name, side, dialogue, ...rest }
  await until(facilitator, `${name} to arrive`, ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  return { player, invitation: id }
}

/**
 * The facilitator compares safety words with the first person of each side. Working them out is slow on purpose, and the
 * same program plays everybody: one for each side shows that it works.
 */
async function recognise({ dialogue }: Player, guests: readonly Guest[]): Promise<void> {
  const firsts = guests.filter(({ side }, at) => guests.findIndex((one) => one.side === side) === at)
  for (const { player, invitation } of firsts) {
    const spoken = (await player.dialogue.safetyWords()).join(' ')
    const shown = dialogue.status.invitations.find(({ id }) => id === invitation)?.arrival?.words.join(' ')
    if (shown === spoken) continue
    throw new CommandError(EXIT.refused, `the relay has put somebody else in the place of ${player.name}`)
  }
}
