import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROCESSES } from '@antechamber/core/processes'
import { findTexts, freePort, readFolder, startTcpProxy, type TcpProxy } from '@antechamber/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import theWeir from '../scenarios/the-weir.json' with { type: 'json' }
import type { Summary } from './simulate/summary.ts'
import { conversation, ended, run, start } from './testing/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'antechamber-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A whole play on two busy cores; the limit is there to end a hang. */
const PLAY = { timeout: 180_000 }
const NOBODYS_LINK = `http://127.0.0.1:9/desk#d1.${'A'.repeat(43)}`

describe('what is asked for', () => {
  test('help and version go to standard output', async () => {
    const help = await run(['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('antechamber <command> [options]')
    expect(await run(['--version'])).toMatchObject({ code: 0, out: `${packageJson.version}\n`, err: '' })
    for (const command of ['serve', 'desk-link', 'backup', 'restore', 'verify', 'simulate']) {
      const { code, out } = await run([command, '--help'])
      expect(code).toBe(0)
      expect(out).toContain(`usage: antechamber ${command}`)
    }
  })

  test.each([
    [2, [], 'no command'],
    [2, ['dance'], 'there is no command "dance"'],
    [2, ['serve', '--port', '3'], 'there is no option --port'],
    [2, ['desk-link', 'now'], '"now" was not expected'],
    [2, ['simulate', '--sides', '5'], '--sides must be a whole number from 2 to 4'],
    [2, ['simulate', '--per-side', '1'], '--per-side must be a whole number from 2 to 30'],
    [2, ['simulate', '--process', 'none'], 'there is no process "none"; there is first-dialogue'],
    [2, ['simulate', '--votes', 'x.csv'], '--statements and --votes belong together'],
    [2, ['simulate', '--relay', 'http://127.0.0.1:9'], "--relay needs a convenor's link"],
    [2, ['simulate', '--relay', '127.0.0.1:9', '--desk', NOBODYS_LINK], '--relay must be an address'],
    [2, ['simulate', '--desk', 'http://127.0.0.1:9/desk'], "the convenor's link is not one"],
    [3, ['simulate', '--per-side', '13'], 'too few people: 2 sides of 13 need 26'],
    [3, ['simulate', ...conversation('london.youth.policing'), '--per-side', '14'], 'need 28, the conversation has 26'],
    [
      3,
      ['simulate', ...conversation('brexit-consensus'), '--sides', '3'],
      'need 3 published groups, the conversation has 2',
    ],
    [3, ['simulate', '--statements', '/dev/zero', '--votes', '/dev/zero'], '/dev/zero: is not a file'],
    [3, ['simulate', '--statements', 'none.csv', '--votes', 'none.csv'], 'none.csv: there is no such file'],
    [4, ['simulate', '--desk', NOBODYS_LINK], 'the relay cannot be reached'],
    [4, ['simulate', '--out', '/dev/null/here'], '/dev/null/here cannot be made (ENOTDIR)'],
  ] as const)('exit %i, one line, nothing else: %j', async (code, args, expected) => {
    const done = await run(args)
    expect(done).toMatchObject({ code, out: '' })
    expect(done.err).toMatch(/^antechamber: [^\n]+\n$/)
    expect(done.err).toContain(expected)
  })
})

/** Every text of a value, whatever it is made of. */
const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : value instanceof Object ? Object.values(value).flatMap(textsOf) : []

/**
 * All that was said, shown or named in a play of the scenario. Names and sides are looked for as the engine writes them,
 * in quotation marks: shorter ones could stand in random bytes by chance.
 */
function wordsOf({ brief, traffic, sides, process: played }: Summary): readonly string[] {
  const { title, convenor, sides: written, lines } = theWeir
  const names = [
    ...traffic.map(({ person }) => person),
    ...sides.map(({ name }) => name),
    ...written.map(({ name }) => name),
  ]
  const quoted = names.map((name) => `"${name}"`)
  const process = PROCESSES.find(({ id }) => id === played)
  const events = [
    'round.opened',
    'contribution.offered',
    'restatement.offered',
    'line.proposed',
    'line.turned',
    'facilitator',
  ]
  const texts = textsOf([title, convenor, written, lines.map(({ text }) => text), brief, process, events])
  return [...new Set([...quoted, ...texts.filter((text) => text.length >= 8)])]
}

describe('a relay of the reader', () => {
  const dataDir = join(folder, 'data')
  const settings = { DATA_DIR: dataDir, RATE_SCALE: '100', LOG_LEVEL: 'debug', ANTECHAMBER_DESK: '' }
  let proxy: TcpProxy
  let relay: ReturnType<typeof start>
  let relayEnded: ReturnType<typeof ended>
  let printed = ''
  let link = ''

  beforeAll(async () => {
    const port = await freePort()
    proxy = await startTcpProxy(port)
    relay = start(['serve'], { ...settings, PORT: String(port), PUBLIC_URL: proxy.url })
    relayEnded = ended(relay)
    link = await new Promise<string>((resolve, reject) => {
      relay.stdout?.on('data', (chunk) => {
        printed += chunk
        const found = /https?:\S+#d1\.[\w-]{43}(?=\s)/.exec(printed)
        if (found) resolve(found[0])
      })
      relay.stderr?.on('data', (chunk) => {
        printed += chunk
      })
      relay.on('close', () => reject(new Error(printed)))
    })
  })
  afterAll(async () => {
    relay.kill('SIGKILL')
    await proxy.close()
  })

  test('[WR14] nothing of a simulation is in its traffic, its files, or what it prints', PLAY, async () => {
    const where = ['--relay', new URL(link).origin, '--out', join(folder, 'theirs')]
    const given = await run(['simulate', '--per-side', '2', '--seed', '3', ...where, '--json'], {
      ANTECHAMBER_DESK: link,
    })
    expect(given).toMatchObject({ code: 0, err: '' })
    const summary = JSON.parse(given.out) as Summary
    const traffic = proxy.recordings()
    // Each person's way to each space, and what they ask for by HTTP.
    expect(traffic.length).toBeGreaterThan(4 * summary.traffic.length)
    const passed = (way: 'up' | 'down') => traffic.reduce((sum, recording) => sum + recording[way].length, 0)
    expect(passed('up')).toBeGreaterThan(summary.traffic.reduce((sum, { bytesUp }) => sum + bytesUp, 0))
    expect(passed('down')).toBeGreaterThan(summary.traffic.reduce((sum, { bytesDown }) => sum + bytesDown, 0))
    const kept = await readFolder(dataDir)
    expect([...kept.values()].reduce((sum, bytes) => sum + bytes.length, 0)).toBeGreaterThan(100_000)
    const places = new Map<string, Uint8Array>([
      ...kept,
      ['what the relay prints', Buffer.from(printed)],
      ['the way up', Buffer.concat(traffic.map(({ up }) => up))],
      ['the way down', Buffer.concat(traffic.map(({ down }) => down))],
    ])
    expect(findTexts(wordsOf(summary), places)).toEqual([])
    // A search of that kind would find what is there.
    expect(findTexts(['/v1/live', 'envelopes'], places).length).toBeGreaterThan(1)
  })

  test('its links are made and ended, and a relay that is told to stop stops', PLAY, async () => {
    const another = await run(['desk-link'], { DATA_DIR: dataDir })
    expect(another.code).toBe(0)
    expect(another.out).toMatch(/^http\S+\/desk#d1\.[\w-]{43}\n$/)
    expect((await run(['desk-link', '--revoke'], { DATA_DIR: dataDir })).code).toBe(0)
    const refused = await run(['simulate', '--desk', link])
    expect(refused).toMatchObject({
      code: 4,
      out: '',
      err: "antechamber: the relay does not know this convenor's link\n",
    })
    relay.kill('SIGTERM')
    expect(await relayEnded).toMatchObject({ code: 0, signal: null })
    expect((await run(['simulate', '--desk', link])).code).toBe(4)
  })

  test('the same seed has given the same brief as on a relay that the command started itself', PLAY, async () => {
    const ours = await run(['simulate', '--per-side', '2', '--seed', '3', '--out', join(folder, 'ours')])
    expect(ours).toMatchObject({ code: 0, err: '' })
    expect(ours.out).toContain('The weir at Hallow Ford')
    expect(ours.out).toContain('you have understood me')
    for (const name of ['brief.md', 'brief.docx']) {
      expect(readFileSync(join(folder, 'ours', name))).toEqual(readFileSync(join(folder, 'theirs', name)))
    }
    const summary = JSON.parse(readFileSync(join(folder, 'ours', 'summary.json'), 'utf8')) as Summary
    expect(summary.people).toBe(4)
    expect(readFileSync(join(folder, 'ours', 'brief.md'), 'utf8')).toContain(summary.brief[0] as string)
  })

  test('a desk that no relay knows says so', async () => {
    const nobody = await run(['desk-link'], { DATA_DIR: join(folder, 'nothing') })
    expect(nobody.code).toBe(4)
    expect(nobody.err).not.toBe('')
  })
})

describe('a public conversation', () => {
  test('in Chinese: statements, restatements and lines come through as they were written', PLAY, async () => {
    const { code, out, err } = await run([
      'simulate',
      ...conversation('vtaiwan.uberx'),
      '--per-side',
      '2',
      '--seed',
      '4',
      '--json',
    ])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const summary = JSON.parse(out) as Summary
    expect(summary.contributions.perception + summary.passed).toBeGreaterThan(0)
    expect(summary.restatements.confirmed).toBe(
      Object.values(summary.contributions).reduce((sum, count) => sum + count, 0),
    )
    expect(summary.restatements.offered).toBe(summary.restatements.confirmed + summary.restatements.sentBack)
    expect(summary.brief.length).toBe(summary.lines.cleared)
    for (const text of summary.brief) expect(text).toMatch(/\p{Script=Han}/u)
    expect(Object.keys(summary.secondsPerStage)).toEqual(['joining', 'opening', 'sharing', 'hearing', 'brief'])
    for (const { bytesUp, bytesDown } of summary.traffic) {
      expect(bytesUp).toBeGreaterThan(10_000)
      expect(bytesDown).toBeGreaterThan(10_000)
    }
  })

  test('with three sides; where no line is cleared, the brief says so', PLAY, async () => {
    const out = join(folder, 'three')
    const done = await run([
      'simulate',
      ...conversation('london.youth.policing'),
      '--sides',
      '3',
      '--per-side',
      '3',
      '--seed',
      '2',
      '--out',
      out,
    ])
    expect(done).toMatchObject({ code: 0, err: '' })
    const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary
    expect(summary.sides.map(({ people }) => people)).toEqual([3, 3, 3])
    expect(summary.source).toMatchObject({ kind: 'conversation', voters: 26 })
    const brief = readFileSync(join(out, 'brief.md'), 'utf8')
    if (summary.lines.cleared === 0) expect(brief).toContain('No line was cleared by every side.')
    else expect(brief).toContain('- ')
  })
})

/** How the command names its relay's process to whoever asks for it. */
const RELAY_LINE = /^ANTECHAMBER-RELAY \d+: runs as process (\d+)\n/

/** Starts a simulation, and waits until its relay works. */
async function playing(TMPDIR: string) {
  const child = start(['simulate'], { TMPDIR, NODE_DEBUG: 'antechamber-relay' })
  const done = ended(child)
  let told = ''
  child.stderr?.on('data', (chunk) => {
    told += chunk
  })
  const lock = () => readdirSync(TMPDIR).map((name) => join(TMPDIR, name, 'relay.lock'))[0] ?? ''
  while (!existsSync(lock())) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  return { child, done, relay: Number(RELAY_LINE.exec(told)?.[1]) }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('an end before the end', () => {
  test('leaves nothing behind', async () => {
    const TMPDIR = mkdtempSync(join(folder, 'tmp-'))
    const child = start(['simulate'], { TMPDIR })
    const done = ended(child)
    while (readdirSync(TMPDIR).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill('SIGTERM')
    expect(await done).toMatchObject({ code: 143 })
    expect(readdirSync(TMPDIR)).toEqual([])
  })

  test('a relay that dies in the middle is told, once', PLAY, async () => {
    const TMPDIR = mkdtempSync(join(folder, 'tmp-'))
    const { done, relay } = await playing(TMPDIR)
    process.kill(relay, 'SIGKILL')
    const { code, err } = await done
    expect([code, err.replace(RELAY_LINE, '')]).toEqual([4, 'antechamber: the relay has ended\n'])
    expect(readdirSync(TMPDIR)).toEqual([])
  })

  test('a command that is killed takes its relay with it', PLAY, async () => {
    const { child, done, relay } = await playing(mkdtempSync(join(folder, 'tmp-')))
    child.kill('SIGKILL')
    await done
    while (isThere(relay)) await new Promise((resolve) => setTimeout(resolve, 20))
  })

  test('a reader who has read enough is no mistake', async () => {
    const child = start(['--help'])
    child.stdout?.destroy()
    expect((await ended(child)).err).toBe('')
  })
})
