// A process of its own that is one person's device, to be killed at one step of sending. Bundled by bundle.ts.
import { writeSync } from 'node:fs'
import { argv, exit, kill, pid } from 'node:process'
import type { RunId } from '@antechamber/core'
import { Device, type Dialogue, type DialogueStatus } from '../../index.ts'
import type { Platform } from '../../ports.ts'
import { nodePlatform } from '../index.ts'

const [directory = '', relay = '', run = '', text = '', dieAt = '0'] = argv.slice(2)

let isSending = false
let steps = 0

/** One step further: the process dies here if this is its step. */
function step(): void {
  if (isSending && ++steps === Number(dieAt)) kill(pid, 'SIGKILL')
}

/** Dies before or after a write, before or after a message is sent, or before one that has come is read. */
const mortal = (platform: Platform): Platform => ({
  ...platform,
  store: {
    ...platform.store,
    write: async (changes) => {
      step()
      await platform.store.write(changes)
      const isCommand = changes.some(({ name, bytes }) => name.startsWith('queue/') && bytes)
      if (isSending && isCommand) writeSync(1, 'kept')
      step()
    },
  },
  openSocket: (url, events) => {
    const received = (frame: Uint8Array): void => {
      step()
      events.received(frame)
    }
    const socket = platform.openSocket(url, { ...events, received })
    const send = (frame: Uint8Array): void => {
      step()
      socket.send(frame)
      step()
    }
    return { ...socket, send }
  },
})

const until = (dialogue: Dialogue, holds: (status: DialogueStatus) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => (holds(dialogue.status) ? resolve() : undefined)
    dialogue.subscribe(look)
    look()
  })

const platform = mortal(await nodePlatform({ directory }))
const opened = await Device.open(platform, relay)
const dialogue = opened.ok ? opened.value.dialogues[0] : undefined
if (!dialogue) exit(1)
await until(dialogue, ({ isLive, pending }) => isLive && pending.length === 0)
if (text !== '') {
  isSending = true
  const { done } = await dialogue.send({ run: run as RunId, command: { type: 'proposeLine', text } })
  if (!done) exit(1)
}
exit(0)
