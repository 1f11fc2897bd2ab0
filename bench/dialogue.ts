import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Dialogue, DialogueStatus } from '@antechamber/client'
import { nodePlatform } from '@antechamber/client/node'
import { openDevice, openScene, sceneSetup, until } from '@antechamber/testkit'
import { type Figure, figure } from './lib/figure.ts'
import { type RunningRelay, startRelay } from './lib/relay.ts'

const SENDS = 40
const REPLAYED_EVENTS = 5_000
const REPLAYS = 5

const isPaused = ({ view }: DialogueStatus): boolean => view?.paused === true

/** Stops the room, or lets it go on: the shortest thing that everybody sees. */
const toggle = (dialogue: Dialogue): Promise<unknown> =>
  dialogue.send({ type: isPaused(dialogue.status) ? 'resume' : 'pause' })

/** From giving a command until the last of four other devices shows it, all five in this process. */
async function sendToVisible(relay: RunningRelay): Promise<Figure> {
  const { fay, people, close } = await openScene({ ...relay, stop: async () => undefined })
  const took: number[] = []
  for (let send = 0; send <= SENDS; send++) {
    const will = !isPaused(fay.dialogue.status)
    const shown = people.map(({ dialogue }) => until(dialogue, 'the pause', (status) => isPaused(status) === will))
    const begun = performance.now()
    const sent = toggle(fay.dialogue)
    await Promise.all(shown)
    // The first does not count.
    if (send > 0) took.push(performance.now() - begun)
    await sent
  }
  await close()
  return figure('from sending to visible on four other devices', 'ms', took)
}

/** From starting a device on what it has kept in files until it shows a dialogue of so many events. */
async function replayFromStore(relay: RunningRelay, folder: string): Promise<Figure> {
  const directory = join(folder, 'device')
  const open = async () => {
    const platform = await nodePlatform({ directory })
    const begun = performance.now()
    const device = await openDevice(platform, relay)
    return {
      device,
      begun,
      close: async () => {
        device.close()
        await platform.store.close()
      },
    }
  }
  const first = await open()
  const founded = await first.device.found(sceneSetup(), relay.secret)
  const isInside = ({ phase, isLive, view }: DialogueStatus): boolean =>
    phase === 'inside' && isLive && view !== undefined
  await until(founded, 'founded', isInside)
  await founded.send({ type: 'affirmRules' })
  for (let i = 0; i < REPLAYED_EVENTS; i++) await toggle(founded)
  await first.close()
  const took: number[] = []
  for (let run = 0; run < REPLAYS; run++) {
    const again = await open()
    const dialogue = again.device.dialogue(founded.local)
    if (!dialogue) throw new Error('the device has forgotten its dialogue')
    await until(dialogue, 'replayed', isInside)
    took.push(performance.now() - again.begun)
    await again.close()
  }
  return figure(
    `replay of ${REPLAYED_EVENTS} events from the device's own files`,
    's',
    took.map((ms) => ms / 1000),
  )
}

/** What one device does of itself: how soon others see what was sent, and how soon it is back. Takes some minutes. */
export async function measureDialogue(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.bench-data-'))
  try {
    const relay = await startRelay(folder)
    try {
      return [await sendToVisible(relay), await replayFromStore(relay, folder)]
    } finally {
      await relay.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
