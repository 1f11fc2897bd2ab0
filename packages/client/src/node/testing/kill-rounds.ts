import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fromUtf8 } from '@antechamber/protocol'
import { expect } from 'vitest'
import { openFileStore } from '../file-store.ts'
import { bundleForNode } from './bundle.ts'

/** Starts the writer, kills it without warning after `promises` writes; returns the last that it had promised. */
async function writeAndKill(program: string, path: string, promises: number): Promise<number> {
  const child = spawn(process.execPath, [program, 'kill', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ends a hang.
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  const exited = once(child, 'exit')
  let last = 0
  let heard = 0
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    // A short line is written to a pipe in one piece, so each is whole, also the last.
    if (++heard === promises) child.kill('SIGKILL')
  }
  await exited
  return last
}

/** What the writer's ring holds after write `n`. */
function ringAfter(n: number): Map<string, number> {
  const ring = new Map<string, number>()
  for (let k = Math.max(1, n - 40); k <= n; k++) {
    ring.set(`ring/${k % 20}`, k)
    ring.delete(`ring/${(k + 10) % 20}`)
  }
  return ring
}

async function checkWhatIsThere(path: string, promised: number): Promise<void> {
  const store = await openFileStore(path)
  const texts = new Map((await store.list('')).map(({ name, bytes }) => [name, fromUtf8(bytes) ?? '']))
  await store.close()
  const last = Number(texts.get('last'))
  expect(last).toBeGreaterThanOrEqual(promised)
  expect(last).toBeLessThanOrEqual(promised + 1)
  expect(Number(texts.get('pair/a'))).toBe(last)
  expect(Number(texts.get('pair/b'))).toBe(last)
  expect([last, last - 1]).toContain(Number(texts.get('next') ?? 0))
  const ring = [...texts].filter(([name]) => name.startsWith('ring/')).map(([name, text]) => [name, parseInt(text, 10)])
  expect(new Map(ring as [string, number][])).toEqual(ringAfter(last))
}

/** Writes, kills and looks, over and over in one file. How long each writer lives follows from the round's number. */
export async function killRounds(folder: string, rounds: number): Promise<void> {
  const program = await bundleForNode(new URL('./writer.ts', import.meta.url), folder)
  const path = join(folder, 'a')
  for (let round = 1; round <= rounds; round++) {
    const promised = await writeAndKill(program, path, 1 + ((round * 37) % 101))
    await checkWhatIsThere(path, promised)
  }
}
