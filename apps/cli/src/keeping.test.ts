import type { ChildProcess } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ended, run, start } from './testing/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'antechamber-keeping-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGTERM')
})

/** A whole play on two busy cores; the limit is there to end a hang. */
const PLAY = { timeout: 180_000 }
const LINK = /https?:\S+#d1\.[\w-]{43}/

const settings = (name: string) => ({ PORT: '0', RATE_SCALE: '1000', DATA_DIR: join(folder, name) })

/** Starts a relay. @returns what it has printed, once it serves */
async function serve(name: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = start(['serve'], settings(name))
  running.push(child)
  let said = ''
  child.stdout?.on('data', (chunk) => (said += chunk))
  while (!said.includes('Press Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`it did not start: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { child, said }
}

test('a dialogue is copied while its relay runs, checked, and restored elsewhere', PLAY, async () => {
  const { child, said } = await serve('first')
  const desk = LINK.exec(said)?.[0] ?? ''
  expect(await run(['simulate', '--per-side', '2', '--desk', desk])).toMatchObject({ code: 0 })

  const own = await run(['verify', '--json'], settings('first'))
  expect(own).toMatchObject({ code: 0, err: '' })
  const found = JSON.parse(own.out)
  expect(found).toMatchObject({ version: 1, whole: true, faults: [], oddHeaders: [] })
  expect(found.shares.open).toBe(found.shares.all)
  expect(found.envelopes).toBeGreaterThan(50)

  const [backup, keys] = [join(folder, 'copies', 'relay.backup'), join(folder, 'keys', 'share.key')]
  const made = await run(['backup', '--out', backup, '--keys', keys], settings('first'))
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toContain('Keep the two in different places')
  expect(made.out).toMatch(/The first of its spaces ends on \d{4}-\d\d-\d\d/)
  const copy = await run(['verify', '--backup', backup, '--keys', keys], settings('none'))
  expect(copy).toMatchObject({ code: 0, err: '' })
  expect(copy.out).toContain(`Whole: ${found.spaces} spaces, ${found.envelopes} envelopes`)

  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('close', resolve))
  const restored = await run(['restore', '--from', backup, '--keys', keys], settings('second'))
  expect(restored).toMatchObject({ code: 0, err: '' })
  expect(restored.out).toContain(`Restored ${found.spaces} spaces`)
  expect(restored.out).toContain('Devices that have seen more stop in that space')
  const again = await serve('second')
  expect(again.said).not.toMatch(LINK)
  const after = JSON.parse((await run(['verify', '--json'], settings('second'))).out)
  expect(after).toEqual(found)

  const full = await run(['restore', '--from', backup, '--keys', keys], settings('second'))
  expect(full).toMatchObject({ code: 4, out: '' })
  expect(full.err).toMatch(/^relay: the folder .* is not empty; [^\n]+\n$/)
  const keyless = await run(['restore', '--from', backup], settings('third'))
  expect(keyless).toMatchObject({ code: 4, out: '' })
  expect(keyless.err).toMatch(/^relay: without its key file nothing in the \d+ spaces [^\n]+\n$/)
  const cut = join(dirname(backup), 'cut.backup')
  copyFileSync(backup, cut)
  truncateSync(cut, 50_000)
  const refused = await run(['restore', '--from', cut, '--keys', keys], settings('third'))
  expect(refused).toMatchObject({ code: 3, out: '' })
  expect(refused.err).toMatch(/^relay: .*cut\.backup is no backup, or a part of one[^\n]+\n$/)
  expect(readdirSync(join(folder, 'third'))).toEqual([])
  const bare = await run(['restore', '--from', backup, '--without-keys'], settings('third'))
  expect(bare).toMatchObject({ code: 0, err: '' })
  expect(bare.out).toContain(`${found.spaces} spaces left out`)
})

test.each([
  [2, ['backup'], '--out is missing'],
  [2, ['backup', '--out'], '--out needs a value'],
  [2, ['restore', '--keys', 'x'], '--from is missing'],
  [2, ['restore', '--from', 'x', '--keys', 'y', '--without-keys'], 'exclude each other'],
  [2, ['verify', '--space', 'x'], 'there is no option --space'],
  [3, ['verify', '--backup', import.meta.filename], 'is no backup'],
  [4, ['verify'], 'no relay has been started'],
  [4, ['backup', '--out', join(folder, 'out', 'x')], 'no relay has been started'],
  [4, ['restore', '--from', join(folder, 'none'), '--keys', 'y'], 'cannot be read'],
] as const)('exit %i, one line, nothing else: %j', async (code, args, expected) => {
  const done = await run(args, settings('nowhere'))
  expect(done).toMatchObject({ code, out: '' })
  expect(done.err).toMatch(/^(antechamber|relay): [^\n]+\n$/)
  expect(done.err).toContain(expected)
})

test.each(['backup', 'verify'])('a database that cannot be reached: %s ends with 4', async (command) => {
  const args = command === 'backup' ? ['backup', '--out', join(folder, 'out', 'y')] : ['verify']
  const done = await run(args, { ...settings('nowhere'), DATABASE_URL: 'postgres://relay@127.0.0.1:9/none' })
  expect(done).toMatchObject({
    code: 4,
    out: '',
    err: 'relay: the database cannot be opened (postgres-ECONNREFUSED)\n',
  })
})

test('an interrupted backup leaves no file that looks like one', async () => {
  const { child } = await serve('cut')
  const copies = join(folder, 'cut-copies')
  mkdirSync(copies)
  const copying = start(['backup', '--out', join(copies, 'relay.backup')], settings('cut'))
  const done = ended(copying)
  copying.kill('SIGKILL')
  await done
  expect(readdirSync(copies).filter((name) => name === 'relay.backup')).toEqual([])
  expect(child.exitCode).toBe(null)
})
