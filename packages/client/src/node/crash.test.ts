import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fromUtf8 } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import { openFileStore } from './file-store.ts'
import { bundleForNode } from './testing/bundle.ts'
import { inFolder } from './testing/folder.ts'
import { killRounds } from './testing/kill-rounds.ts'

test('[ST4] [ST2] a process that is killed while it writes loses nothing that was promised, and no write by half', () =>
  inFolder((folder) => killRounds(folder, 5)))

const LIMIT_BLOCKS = 256

/** Runs the writer where no file may grow beyond 256 blocks, which is how a full disk looks to a program. */
async function runWithLimit(folder: string, mode: 'full' | 'wipe'): Promise<unknown> {
  const program = await bundleForNode(new URL('./testing/writer.ts', import.meta.url), folder)
  const command = `ulimit -f ${LIMIT_BLOCKS}; exec "$0" "$@"`
  const child = spawn('/bin/sh', ['-c', command, process.execPath, program, mode, join(folder, 'a')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ends a hang.
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect(code).toBe(0)
  return JSON.parse(output)
}

test('[ST9] without room a write is refused as full, what was there stays, and small writes go on', () =>
  inFolder(async (folder) => {
    const told = (await runWithLimit(folder, 'full')) as { kept: number }
    const { kept } = told
    expect(kept).toBeGreaterThan(5)
    expect(told).toEqual({
      kept,
      code: 'full',
      beside: ['full', 'ok', 'full'],
      listed: kept,
      removal: 'ok',
      afterRemoval: 'ok',
    })
    const store = await openFileStore(join(folder, 'a'))
    const names = (await store.list('')).map(({ name }) => name)
    expect(names).toHaveLength(kept - 2 + 3)
    expect(names).toContain('again')
    for (let n = 2; n < kept; n++) expect(fromUtf8((await store.get(`n/${n}`)) as Uint8Array)).toMatch(`${n} x`)
    expect(fromUtf8((await store.get('count')) as Uint8Array)).toBe(`${kept}`)
    await store.write([{ name: 'room/again', bytes: new Uint8Array(1_000_000) }])
    await store.close()
    expect((await stat(join(folder, 'a'))).size).toBeGreaterThan(1_000_000)
  }))

test('[ST9] [ST7] a store that is full can still be wiped, and then has room', () =>
  inFolder(async (folder) => {
    expect(await runWithLimit(folder, 'wipe')).toEqual({ again: 'ok' })
    const store = await openFileStore(join(folder, 'a'))
    expect((await store.list('')).map(({ name }) => name)).toEqual(['again'])
    await store.close()
  }))
