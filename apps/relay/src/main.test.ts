import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entry, newDevice, random, randomId } from './testing/device.ts'
import { tempFolder } from './testing/folder.ts'
import { deskSecret, openSpace, tryDesk } from './testing/http-client.ts'
import { enter } from './testing/live-client.ts'
import { freshDatabase } from './testing/postgres.ts'
import { LINK, ORIGIN, type Program, STARTED, startProgram } from './testing/program.ts'
import { openChapter } from './testing/relay.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let running: Program[] = []
beforeEach(async () => {
  folder = await tempFolder()
})
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  running = []
  await folder.remove()
})

function start(args: readonly string[], env: Record<string, string> = {}): Program {
  const program = startProgram(args, { DATA_DIR: join(folder.path, 'data'), ...env })
  running.push(program)
  return program
}

test('the first start shows a link that opens dialogues, later starts do not', async () => {
  const first = start(['serve'])
  const link = await first.says(LINK)
  expect((await tryDesk(new URL(link).origin, deskSecret(link))).status).toBe(204)
  await first.says(/Press Ctrl-C/)
  expect(first.said()).toMatch(/on this machine only/)
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)

  const second = start([])
  await second.says(/Press Ctrl-C/)
  expect(second.said()).not.toMatch(/#d1\./)
  const origin = await second.says(/http:\/\/localhost:\d+/)
  expect((await tryDesk(origin, deskSecret(link))).status).toBe(204)
  const another = start(['desk-link'])
  expect(await another.ended).toBe(0)
  expect((await tryDesk(origin, deskSecret(another.said().trim()))).status).toBe(204)
  const revoking = start(['desk-link', '--revoke'])
  expect(await revoking.ended).toBe(0)
  expect(revoking.said()).toMatch(/Ended 2/)
  expect((await tryDesk(origin, deskSecret(link))).status).toBe(404)
  second.child.kill('SIGINT')
  expect(await second.ended).toBe(0)
})

test('a wrong command or setting is usage: exit 2, one line a mistake', async () => {
  for (const args of [
    ['fly'],
    ['serve', 'now'],
    ['--fast'],
    ['serve', '--revoke'],
    ['desk-link', '--until-input-ends'],
  ]) {
    const program = start(args)
    expect([args, await program.ended]).toEqual([args, 2])
    expect(program.said()).toMatch(/^usage:/)
  }
  const program = start(['serve'], { PORT: 'x', LOG_LEVEL: 'loud' })
  expect(await program.ended).toBe(2)
  expect(program.said().trim().split('\n')).toEqual([
    'relay: PORT must be a whole number from 0 to 65535',
    'relay: LOG_LEVEL must be one of debug, info, warn, error, silent',
  ])
  const help = start(['--help'])
  expect(await help.ended).toBe(0)
  expect(help.said()).toMatch(/desk-link --revoke/)
})

test('what stands in the way is told in one line: exit 4', async () => {
  const refused = async (args: readonly string[], env: Record<string, string>) => {
    const program = start(args, env)
    expect(await program.ended).toBe(4)
    expect(program.said().trim().split('\n').length).toBe(1)
    return program.said()
  }
  expect(await refused(['desk-link'], {})).toMatch(/no relay has been started/)
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  expect(await refused([], { PORT: port })).toMatch(/is taken by another program/)
  const metrics = await refused([], { METRICS_PORT: port })
  expect(metrics).toMatch(/^relay: port \d+ cannot be opened for metrics; set METRICS_PORT/)
  expect(metrics).toContain(port)
  taken.close()
  expect(await refused([], { TLS_CERT: '/no/cert', TLS_KEY: '/no/key' })).toMatch(/TLS_CERT or TLS_KEY is not there/)
  await writeFile(join(folder.path, 'file'), '')
  expect(await refused([], { DATA_DIR: join(folder.path, 'file', 'data') })).toMatch(/cannot be made or written/)

  const relay = start([])
  await relay.says(/Press Ctrl-C/)
  expect(await refused([], {})).toMatch(/another relay is running on this data folder/)
  relay.child.kill('SIGTERM')
  await relay.ended
  await rm(join(folder.path, 'data', 'keys', 'share.key'))
  expect(await refused([], {})).toMatch(/share\.key is missing; restore it/)
})

test('a relay that is started to go with its parent stops in order when its input ends, and any other does not', async () => {
  const alone = start([], { DATA_DIR: join(folder.path, 'alone') })
  await alone.says(/Press Ctrl-C/)
  alone.child.stdin?.end()
  const kept = start(['serve', '--until-input-ends'])
  await kept.says(/Press Ctrl-C/)
  kept.child.stdin?.end()
  expect(await kept.ended).toBe(0)
  const origin = await alone.says(/http:\/\/localhost:\d+/)
  expect((await fetch(`${origin}/healthz`)).status).toBe(200)
})

test('[CH4] relays on one PostgreSQL share links and the key file; one with another key does not start', async () => {
  const shared = { DATABASE_URL: await freshDatabase(), DATA_DIR: join(folder.path, 'data') }
  const first = start([], shared)
  const link = await first.says(LINK)
  const second = start([], shared)
  await second.says(STARTED)
  expect(second.said()).not.toMatch(/#d1\./)
  const origin = await second.says(ORIGIN)
  expect((await tryDesk(origin, deskSecret(link))).status).toBe(204)
  const another = start(['desk-link'], shared)
  expect(await another.ended).toBe(0)
  expect((await tryDesk(origin, deskSecret(another.said().trim()))).status).toBe(204)
  expect(await readdir(shared.DATA_DIR)).toEqual(['keys'])

  const refused = async (env: Record<string, string>) => {
    const program = start([], env)
    expect(await program.ended).toBe(4)
    return program.said()
  }
  const elsewhere = join(folder.path, 'elsewhere')
  expect(await refused({ ...shared, DATA_DIR: elsewhere })).toMatch(/share\.key is missing; restore it/)
  const alone = start([], { DATA_DIR: elsewhere })
  await alone.says(STARTED)
  expect(await refused({ ...shared, DATA_DIR: elsewhere })).toMatch(/share\.key is not the one of this database/)
  const nowhere = 'postgres://relay:not-to-be-told@127.0.0.1:1/none'
  expect(await refused({ DATABASE_URL: nowhere })).toBe(
    'relay: the database that DATABASE_URL names cannot be opened (postgres-ECONNREFUSED)\n',
  )
  for (const { child, ended } of [first, second]) {
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  }
})

test("a link made in another shell begins with the relay's own address", async () => {
  const relay = start([], { PUBLIC_URL: 'https://dialogue.example.org' })
  await relay.says(/Press Ctrl-C/)
  const there = start(['desk-link'])
  expect(await there.ended).toBe(0)
  expect(there.said()).toMatch(/^https:\/\/dialogue\.example\.org\/desk#d1\.[\w-]{43}\n$/)
  const told = start(['desk-link'], { PUBLIC_URL: 'https://other.example.org' })
  expect(await told.ended).toBe(0)
  expect(told.said()).toMatch(/^https:\/\/other\.example\.org\//)
})

test('what it keeps is for its own user only, also in a folder that others may enter', async () => {
  const data = join(folder.path, 'data')
  await mkdir(data, { mode: 0o755 })
  const relay = start([])
  await relay.says(/Press Ctrl-C/)
  const files = (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  expect(files.map(({ name }) => name)).toContain('relay.sqlite')
  for (const { parentPath, name } of files) {
    expect([name, (await stat(join(parentPath, name))).mode & 0o077]).toEqual([name, 0])
  }
})

test('[CH4] neither the database nor a log has a share or the key in it', async () => {
  const relay = start([], { LOG_LEVEL: 'debug' })
  const link = await relay.says(LINK)
  const { origin } = new URL(link)
  const [space, ada] = [randomId(), newDevice()]
  await openSpace(origin, { secret: deskSecret(link) }, space, ada, Date.now() + 60_000_000)
  const { share, chapter } = await openChapter({ space, client: await enter(origin, space, ada) })
  relay.child.kill('SIGTERM')
  await relay.ended
  const data = join(folder.path, 'data')
  const files = (await readdir(data)).filter((name) => name.startsWith('relay.sqlite'))
  const stored = Buffer.concat(await Promise.all(files.map((name) => readFile(join(data, name)))))
  const key = Buffer.from((await readFile(join(data, 'keys', 'share.key'), 'utf8')).split(' ')[3] ?? '', 'base64url')
  expect(key.length).toBe(32)
  expect(stored.includes(Buffer.from(chapter))).toBe(true)
  for (const secret of [share, key, deskSecret(link)]) expect(stored.includes(Buffer.from(secret))).toBe(false)
})

test('[WR14] after a whole session the log and the metrics hold no id, address or content', async () => {
  const webDir = join(folder.path, 'web')
  await mkdir(webDir)
  await writeFile(join(webDir, 'index.html'), '<!doctype html>')
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const address = free.address()
  const metricsPort = typeof address === 'object' && address ? String(address.port) : ''
  await new Promise((resolve) => free.close(resolve))
  const relay = start([], { LOG_LEVEL: 'debug', METRICS_PORT: metricsPort, WEB_DIR: webDir })
  const link = await relay.says(LINK)
  const { origin } = new URL(link)
  const secret = deskSecret(link)
  const [space, ada, ben] = [randomId(), newDevice(), newDevice()]
  await openSpace(origin, { secret }, space, ada, Date.now() + 60_000_000)
  const client = await enter(origin, space, ada)
  const { chapter } = await openChapter({ space, client }, { admit: [ben] })
  const envelope = entry(space, chapter)
  await client.ask({ type: 'append', envelope })
  await expect(enter(origin, space, newDevice())).rejects.toThrow('not-found')
  await tryDesk(origin, random(32))
  await fetch(`${origin}/i/some-invitation`)
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  expect(metrics).toMatch(/relay_envelopes_appended_total 2\n/)
  expect(metrics).toMatch(/relay_refusals_total\{door="live",code="not-found"\} 1\n/)
  await client.close()
  relay.child.kill('SIGTERM')
  await relay.ended
  const log = relay
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
  expect(log.map((line) => JSON.parse(line).event)).toEqual(['started', 'stopping', 'stopped'])
  const fields = new Set(log.flatMap((line) => Object.keys(JSON.parse(line))))
  expect([...fields].sort()).toEqual(['event', 'level', 'time'])
  const told = [...log, metrics].join('\n')
  for (const id of [space, chapter, ada.device, ben.device, ada.loginKey, envelope.slice(35, 51), secret]) {
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      expect(told).not.toContain(Buffer.from(id).toString(form).replace(/=+$/, ''))
    }
  }
  expect(told).not.toMatch(/127\.0\.0\.1|::1|localhost|some-invitation/)
})
