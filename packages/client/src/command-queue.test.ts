import { systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { type Carried, CommandQueue, type Outcome } from './command-queue.ts'
import { KeyRing } from './key-ring.ts'
import { memoryPlatform } from './node/index.ts'
import { StoreError } from './ports.ts'
import { Vault } from './vault.ts'

const done: Outcome = { done: true }

/** A queue over a vault, whose commands are carried out as told; what it tells is kept. */
function queueOver(vault: Vault, carryOut: (command: unknown) => Promise<Carried>) {
  const interrupted: unknown[] = []
  const queue = new CommandQueue<string>({
    vault,
    local: 'x',
    random: systemRandom,
    carryOut: ({ command }) => carryOut(command),
    changed: () => undefined,
    interrupted: (failure) => interrupted.push(failure),
  })
  return { queue, interrupted }
}

async function newVault(): Promise<Vault> {
  const { store, deviceKey } = await memoryPlatform()
  return new Vault(store, new KeyRing(deviceKey))
}

const never = (): Promise<Carried> => new Promise(() => undefined)

test('[ST2] a command that is given before the kept ones have been read is put behind them', async () => {
  const vault = await newVault()
  const yesterday = queueOver(vault, never).queue
  await yesterday.keep('yesterday')
  const carried: unknown[] = []
  const { queue } = queueOver(vault, async (command) => {
    carried.push(command)
    return done
  })
  const today = queue.add('today')
  await queue.start()
  expect(await today).toEqual(done)
  expect(carried).toEqual(['yesterday', 'today'])
  expect(await vault.listJson('queue/')).toEqual([])
})

test('a mistake of ours refuses the one command that met it, and the next one is carried out', async () => {
  const vault = await newVault()
  const { queue, interrupted } = queueOver(vault, async (command) => {
    if (command === 'odd') throw new RangeError('nobody has thought of this')
    return done
  })
  await queue.start()
  expect(await Promise.all([queue.add('odd'), queue.add('even')])).toEqual([{ done: false, code: 'unexpected' }, done])
  expect(queue.pending).toMatchObject([{ command: 'odd', refusal: 'unexpected' }])
  // Also one of the device's own: told, and not given again and again.
  await queue.keep('odd', { automatic: true })
  expect(await queue.add('even')).toEqual(done)
  expect(queue.pending.map(({ refusal }) => refusal)).toEqual(['unexpected', 'unexpected'])
  expect(interrupted).toEqual([])
})

test('what cannot be done now is kept, everybody who waits is told, and it is done later', async () => {
  const vault = await newVault()
  let isStopped = true
  const { queue } = queueOver(vault, async () => (isStopped ? 'later' : done))
  await queue.start()
  const stopped = { done: false, code: 'stopped' }
  expect(await Promise.all([queue.add('first'), queue.add('second')])).toEqual([stopped, stopped])
  expect(await queue.add('third')).toEqual(stopped)
  expect(queue.pending.map(({ refusal }) => refusal)).toEqual([undefined, undefined, undefined])
  isStopped = false
  queue.resume()
  expect(await queue.add('fourth')).toEqual(done)
  expect(queue.pending).toEqual([])
})

test('whoever waits for a queue that is closed is told, and what is kept stays', async () => {
  const vault = await newVault()
  const { queue } = queueOver(vault, never)
  await queue.start()
  const waiting = queue.add('waiting')
  while (queue.pending.length === 0) await new Promise((resolve) => setTimeout(resolve))
  queue.close('unreachable')
  expect(await waiting).toEqual({ done: false, code: 'unreachable' })
  expect(await queue.add('too late')).toEqual({ done: false, code: 'unreachable' })
  expect(await vault.listJson('queue/')).toMatchObject([{ command: 'waiting' }])
})

test('[ST9] a store that fails interrupts the queue, and the next command takes it up', async () => {
  const vault = await newVault()
  let isFull = true
  const { queue, interrupted } = queueOver(vault, async () => {
    if (isFull) throw new StoreError('full')
    return done
  })
  await queue.start()
  const first = queue.add('first')
  while (interrupted.length === 0) await new Promise((resolve) => setTimeout(resolve))
  isFull = false
  expect(await queue.add('second')).toEqual(done)
  expect(await first).toEqual(done)
})

test('[LE7] a command that waits for somebody lets those behind it go on, and is tried again in its order', async () => {
  const vault = await newVault()
  let isThere = false
  const carried: unknown[] = []
  const carryOut = async (command: unknown): Promise<Carried> => {
    if (String(command).startsWith('to Fay') && !isThere) return 'aside'
    carried.push(command)
    return done
  }
  const { queue } = queueOver(vault, carryOut)
  await queue.start()
  const waiting = [queue.add('to Fay, first'), queue.add('to Fay, second')]
  expect(await queue.add('to the room')).toEqual(done)
  expect(queue.pending.map(({ command }) => command)).toEqual(['to Fay, first', 'to Fay, second'])
  queue.again()
  expect(await queue.add('to the room again')).toEqual(done)
  isThere = true
  queue.again()
  expect(await Promise.all(waiting)).toEqual([done, done])
  expect(carried).toEqual(['to the room', 'to the room again', 'to Fay, first', 'to Fay, second'])
  expect(await vault.listJson('queue/')).toEqual([])
})
