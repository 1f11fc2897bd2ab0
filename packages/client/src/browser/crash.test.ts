import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CHROMIUM_FLAGS, findChromium, servePage } from './testing/chromium.ts'

let served: { server: Server; port: number }
let profile: string
let running: ChildProcess | undefined

beforeAll(async () => {
  served = await servePage()
  profile = await mkdtemp(join(tmpdir(), 'store-'))
})

afterAll(async () => {
  await kill()
  served?.server.close()
  await rm(profile, { recursive: true, force: true, maxRetries: 10 })
})

/** Ends the browser and all its processes at once, as a power cut would as far as they can tell. */
async function kill(): Promise<void> {
  const child = running
  running = undefined
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await exited
}

/** Starts the browser on the profile that the last one left behind, and opens the page. */
async function start(): Promise<Page> {
  const portFile = join(profile, 'DevToolsActivePort')
  await rm(portFile, { force: true })
  const flags = [...CHROMIUM_FLAGS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`]
  running = spawn(findChromium(), [...flags, 'about:blank'], { stdio: 'ignore', detached: true })
  const [port, path] = await vi.waitFor(
    async () => {
      const lines = (await readFile(portFile, 'utf8')).split('\n')
      if (!lines[1]) throw new Error('not yet')
      return lines
    },
    { timeout: 20_000, interval: 100 },
  )
  const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`)
  const page = await (browser.contexts()[0] ?? (await browser.newContext())).newPage()
  await page.goto(`http://127.0.0.1:${served.port}/`)
  await page.waitForFunction(() => 'page' in window)
  return page
}

/** Writes for ever, telling the number of each write once it has been promised. */
async function writeUntilKilled(page: Page, promises: number): Promise<number> {
  let last = 0
  let heard = 0
  let tellEnough: () => void = () => undefined
  const enough = new Promise<void>((resolve) => {
    tellEnough = resolve
  })
  await page.exposeFunction('promised', (n: number) => {
    last = n
    if (++heard === promises) tellEnough()
  })
  await page.evaluate(async () => {
    const { store } = await window.page.browserPlatform()
    const before = await store.get('last')
    const start = before ? Number(window.page.fromUtf8(before)) : 0
    const tell = (window as unknown as { promised: (n: number) => Promise<void> }).promised
    const writeOn = async (n: number): Promise<void> => {
      const bytes = window.page.utf8(`${n}`)
      await store.write([
        { name: 'last', bytes },
        { name: `n/${n % 10}`, bytes },
        { name: 'pair', bytes },
      ])
      await tell(n)
      return writeOn(n + 1)
    }
    void writeOn(start + 1)
  })
  await enough
  await kill()
  return last
}

test('[ST4] [ST2] a browser that is killed while a page writes loses nothing that was promised', async () => {
  for (const promises of [7, 23, 40]) {
    const promised = await writeUntilKilled(await start(), promises)
    const page = await start()
    const there = await page.evaluate(async () => {
      const { store } = await window.page.browserPlatform()
      return (await store.list('')).map(({ name, bytes }) => [name, Number(window.page.fromUtf8(bytes))] as const)
    })
    await kill()
    const numbers = new Map(there)
    const last = numbers.get('last') as number
    expect(last).toBeGreaterThanOrEqual(promised)
    expect(numbers.get('pair')).toBe(last)
    for (let n = Math.max(1, last - 9); n <= last; n++) expect(numbers.get(`n/${n % 10}`)).toBe(n)
  }
}, 120_000)
