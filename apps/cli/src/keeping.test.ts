import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openScene, type RelayProcess, type Scene, startRelayProcess, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ended, run, start } from './testing/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'antechamber-keeping-'))
const [backup, keys] = [join(folder, 'copies', 'relay.backup'), join(folder, 'keys', 'share.key')]
const settings = (name: string) => ({ DATA_DIR: join(folder, name) })

let relay: RelayProcess
let scene: Scene
/** What `verify` has found of the relay that was copied. */
let found: { readonly spaces: number; readonly envelopes: number }

beforeAll(async () => {
  relay = await startRelayProcess(join(folder, 'first'))
  scene = await openScene(relay)
  const { fay } = scene
  await until(fay.dialogue, 'all have affirmed', ({ view }) => view?.table?.exitMet === true)
  const own = await run(['verify', '--json'], settings('first'))
  expect(own).toMatchObject({ code: 0, err: '' })
  const whole = JSON.parse(own.out)
  expect(whole).toMatchObject({ version: 1, whole: true, faults: [], oddHeaders: [] })
  expect(whole.shares.open).toBe(whole.shares.all)
  expect(whole.envelopes).toBeGreaterThan(20)
  found = whole
  const made = await run(['backup', '--out', backup, '--keys', keys], settings('first'))
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toContain('Keep the two in different places')
  expect(made.out).toMatch(/The first of its spaces ends on \d{4}-\d\d-\d\d/)
})
afterAll(async () => {
  await scene?.close()
  await relay?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('[BK1] [BK7] a dialogue that was copied while its relay ran is whole in the copy', async () => {
  const copy = await run(['verify', '--backup', backup, '--keys', keys], settings('none'))
  expect(copy).toMatchObject({ code: 0, err: '' })
  expect(copy.out).toContain(`Whole: ${found.spaces} spaces, ${found.envelopes} envelopes`)
})

test('[BK1] [BK6] restored elsewhere, the dialogue goes on where nobody had seen more, under a fresh key', async () => {
  await relay.kill()
  const restored = await run(['restore', '--from', backup, '--keys', keys], settings('second'))
  expect(restored).toMatchObject({ code: 0, err: '' })
  expect(restored.out).toContain(`Restored ${found.spaces} spaces`)
  expect(restored.out).toContain('Devices that have seen more stop in that space')
  relay = await startRelayProcess(join(folder, 'second'), relay)
  const everybody = [scene.fay, ...scene.people]
  for (const { dialogue } of everybody) dialogue.retryNow()
  for (const { dialogue } of everybody) {
    expect((await until(dialogue, 'back', ({ isLive }) => isLive)).notices).toEqual([])
  }
  expect(await scene.ada.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  await until(scene.chi.dialogue, 'it goes on', ({ view }) => view?.paused === true)
  const after = JSON.parse((await run(['verify', '--json'], settings('second'))).out)
  expect(after).toMatchObject({ whole: true, spaces: found.spaces })
  expect(after.envelopes).toBeGreaterThan(found.envelopes)
  const key = (path: string) => readFileSync(path, 'utf8')
  expect(key(join(folder, 'second', 'keys', 'share.key'))).not.toBe(key(keys))
})

test('[LG16] restored to before what somebody has seen: whoever saw it stops and is told', async () => {
  const [early, earlyKeys] = [join(folder, 'copies', 'early.backup'), join(folder, 'keys', 'early.key')]
  expect(await run(['backup', '--out', early, '--keys', earlyKeys], settings('second'))).toMatchObject({ code: 0 })
  const { fay, ada, people } = scene
  expect(await fay.dialogue.send({ type: 'resume' })).toEqual({ done: true })
  for (const { dialogue } of people) await until(dialogue, 'it is seen', ({ view }) => view?.paused === false)
  await relay.kill()
  const order = ['restore', '--from', early, '--keys', earlyKeys]
  expect(await run(order, settings('fourth'))).toMatchObject({ code: 0 })
  relay = await startRelayProcess(join(folder, 'fourth'), relay)
  for (const { dialogue } of [fay, ...people]) {
    dialogue.retryNow()
    await until(dialogue, 'it stops', ({ notices }) =>
      notices.some((one) => one.code === 'stopped' && one.space === 'room' && one.why === 'gap'),
    )
  }
  expect(ada.dialogue.status.isLive).toBe(false)
  const found = JSON.parse((await run(['verify', '--json'], settings('fourth'))).out)
  expect(found.whole).toBe(true)
})

test('[BK3] [BK4] [BK5] what cannot be restored is refused in one line, and nothing is made', async () => {
  const restore = (name: string, ...more: readonly string[]) => run(['restore', ...more], settings(name))
  const full = await restore('second', '--from', backup, '--keys', keys)
  expect(full).toMatchObject({ code: 4, out: '' })
  expect(full.err).toMatch(/^relay: the folder .* is not empty; [^\n]+\n$/)
  const keyless = await restore('third', '--from', backup)
  expect(keyless).toMatchObject({ code: 4, out: '' })
  expect(keyless.err).toMatch(/^relay: without its key file nothing in the \d+ spaces [^\n]+\n$/)
  const cut = join(dirname(backup), 'cut.backup')
  copyFileSync(backup, cut)
  truncateSync(cut, 50_000)
  const refused = await restore('third', '--from', cut, '--keys', keys)
  expect(refused).toMatchObject({ code: 3, out: '' })
  expect(refused.err).toMatch(/^relay: .*cut\.backup is no backup, or a part of one[^\n]+\n$/)
  expect(readdirSync(join(folder, 'third'))).toEqual([])
  const bare = await restore('third', '--from', backup, '--without-keys')
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

test('[BK3] an interrupted backup leaves no file that looks like one', async () => {
  const copies = join(folder, 'cut-copies')
  mkdirSync(copies)
  const copying = start(['backup', '--out', join(copies, 'relay.backup')], settings('second'))
  const done = ended(copying)
  while (readdirSync(copies).length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  copying.kill('SIGKILL')
  await done
  const [left = ''] = readdirSync(copies)
  if (left === 'relay.backup') return
  const refused = await run(['verify', '--backup', join(copies, left)], settings('second'))
  expect(refused).toMatchObject({ code: 3, out: '' })
})
