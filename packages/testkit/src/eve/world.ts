import type { Platform } from '@antechamber/client'
import { type MemoryDevice, newMemoryDevice } from '@antechamber/client/node'
import type { RunId } from '@antechamber/core'
import { memoryKeys, type ShareVault, shareVault, systemClock } from '@antechamber/relay'
import {
  type MemoryState,
  memoryReceiptKey,
  memoryStorage,
  newMemoryState,
  startTestRelay,
} from '@antechamber/relay/testing'
import { interfere, type Rules } from '../interference.ts'
import { type Around, admit, foundScene, NORTH, type Person, type RelayAt, SOUTH } from '../scene.ts'
import { until } from '../wait.ts'

/** Where everybody believes the relay to be. Eve leads them to whichever she likes. */
export const ORIGIN = 'http://eve.test'

export const NAMES = ['Fay', 'Ada', 'Chi'] as const
export type Name = (typeof NAMES)[number]

/** A dialogue in its first round, stopped: what the relay has and what each device has kept. It can be played from again and again. */
export interface World {
  readonly state: MemoryState
  readonly vault: ShareVault
  readonly devices: Readonly<Record<Name, MemoryDevice & { readonly local: string }>>
  /** The room, base64url. */
  readonly room: string
  readonly run: RunId
  readonly nextStage: string
}

/** A real relay, which believes to be at {@link ORIGIN}, and keeps what it has in `state`. */
export const startRelayIn = (vault: ShareVault, state: MemoryState, receipts = memoryReceiptKey()) =>
  startTestRelay(
    { storage: memoryStorage({}, state), vault, receipts, clock: systemClock },
    { publicUrl: new URL(ORIGIN) },
  )

/** The same on a copy of what one had. */
export const startRelayOn = (vault: ShareVault, state: MemoryState) => startRelayIn(vault, structuredClone(state))

/** The platform, led to a port of this machine. `port` is asked each time. */
export const ledTo =
  (port: () => number): Around =>
  (platform: Platform): Platform => ({
    ...platform,
    openSocket: (url, events) => platform.openSocket(url.replace('eve.test', `127.0.0.1:${port()}`), events),
    fetch: (input, init) => platform.fetch(String(input).replace('eve.test', `127.0.0.1:${port()}`), init),
  })

/** What a device has kept, for somebody to start from. */
export async function copyOf({ disk, deviceKey }: MemoryDevice): Promise<MemoryDevice> {
  const fresh = await newMemoryDevice()
  for (const [name, bytes] of disk.records) fresh.disk.records.set(name, bytes)
  return { disk: fresh.disk, deviceKey }
}

/** Founds the dialogue that all of Eve's tricks are played on: Fay facilitates, Ada and Chi sit on two sides. */
export async function makeWorld(): Promise<World> {
  const state = newMemoryState()
  const vault = shareVault(memoryKeys(systemClock.now()))
  const relay = await startRelayIn(vault, state)
  const at: RelayAt = { url: ORIGIN, secret: relay.secret, stop: () => relay.stop() }
  const rules: Rules = {}
  const around = ledTo(() => relay.port)
  const fay = await foundScene(at, undefined, around)
  await fay.dialogue.send({ type: 'affirmRules' })
  const ada = await admit(at, fay, 'Ada', NORTH, around)
  const chi = await admit(at, fay, 'Chi', SOUTH, (platform) => interfere(around(platform), rules).platform)
  const { run, nextStage } = await openRound(fay, chi)
  let room: string | undefined
  rules.sends = (message, _, line) => {
    if (message.type === 'append') room = line.space
    return message
  }
  await chi.dialogue.send({ run, command: { type: 'offerContribution', text: 'The first word.', attribution: 'side' } })
  if (room === undefined) throw new Error('nobody knows which space is the room')
  const people = [fay, ada, chi]
  for (const { dialogue } of people)
    await until(dialogue, 'all is quiet', ({ isLive, pending }) => isLive && pending.length === 0)
  for (const { device, platform } of people) {
    device.close()
    await platform.store.close()
  }
  await relay.stop()
  const kept = ({ memory, dialogue }: Person) => ({ ...memory, local: dialogue.local })
  return { state, vault, room, run, nextStage, devices: { Fay: kept(fay), Ada: kept(ada), Chi: kept(chi) } }
}

async function openRound(fay: Person, chi: Person): Promise<{ readonly run: RunId; readonly nextStage: string }> {
  await until(fay.dialogue, 'all have affirmed', ({ view }) => view?.table?.exitMet === true)
  const [, stage, next] = fay.dialogue.status.view?.stages ?? []
  if (!stage || !next) throw new Error('the process has too few stages')
  await fay.dialogue.send({ type: 'enterStage', stage: stage.id })
  const { view } = await until(
    fay.dialogue,
    'the rounds',
    (status) => status.isLive && status.view?.stages[1]?.status === 'now',
  )
  const run = view?.runs[0]?.run as RunId
  await fay.dialogue.send({ run, command: { type: 'openRound' } })
  await until(chi.dialogue, 'open', (status) => JSON.stringify(status.view?.runs).includes('"open"'))
  return { run, nextStage: next.id }
}
