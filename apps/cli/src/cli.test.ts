import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
    for (const command of ['serve', 'desk-link', 'simulate']) {
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

describe('a relay of the reader', () => {
  const dataDir = join(folder, 'data')
  const env = { DATA_DIR: dataDir, PORT: '0', RATE_SCALE: '100', ANTECHAMBER_DESK: '' }
  let relay: ReturnType<typeof start>
  let relayEnded: ReturnType<typeof ended>
  let printed = ''
  let link = ''

  beforeAll(async () => {
    relay = start(['serve'], env)
    relayEnded = ended(relay)
    link = await new Promise<string>((resolve, reject) => {
      relay.stdout?.on('data', (chunk) => {
        printed += chunk
        const found = /https?:\S+#d1\.[\w-]{43}(?=\s)/.exec(printed)
        if (found) resolve(found[0])
      })
      relay.on('close', () => reject(new Error(printed)))
    })
  })
  afterAll(() => relay.kill('SIGKILL'))

  test('[WR14] nothing that anybody said in a simulation is in its files, nor in what it prints', PLAY, async () => {
    const where = ['--relay', new URL(link).origin, '--out', join(folder, 'theirs')]
    const given = await run(['simulate', '--per-side', '2', '--seed', '3', ...where, '--json'], {
      ANTECHAMBER_DESK: link,
    })
    expect(given).toMatchObject({ code: 0, err: '' })
    const summary = JSON.parse(given.out) as Summary
    const said = [
      ...theWeir.sides.flatMap(({ name, people }) => [name, ...people.map(({ need }) => need?.says ?? name)]),
      ...theWeir.lines.map(({ text }) => text),
      ...summary.traffic.map(({ person }) => person),
    ]
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const kept = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    expect(kept.reduce((sum, bytes) => sum + bytes.length, 0)).toBeGreaterThan(100_000)
    for (const text of said) {
      expect([printed, ...kept].some((bytes) => bytes.includes(text))).toBe(false)
    }
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
    const child = start(['simulate'], { TMPDIR })
    const done = ended(child)
    const lock = () => readdirSync(TMPDIR).map((name) => join(TMPDIR, name, 'relay.lock'))[0] ?? ''
    while (!existsSync(lock())) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const relay = Number.parseInt(execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }), 10)
    process.kill(relay, 'SIGKILL')
    expect(await done).toMatchObject({ code: 4, err: 'antechamber: the relay has ended\n' })
    expect(readdirSync(TMPDIR)).toEqual([])
  })

  test('a reader who has read enough is no mistake', async () => {
    const child = start(['--help'])
    child.stdout?.destroy()
    expect((await ended(child)).err).toBe('')
  })
})
