// Builds the app or the gallery into a folder of its own and serves it as the relay does: with its policy for content.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContextOptions, chromium, type Page } from '@playwright/test'
import { build, preview } from 'vite'
import { launchOptions } from '../gallery/browser.mjs'

/** The screen that everything is made for first. */
export const PHONE = { width: 390, height: 844 }
/** A name of this machine that browsers do not take for a secure one. */
export const INSECURE_HOST = 'insecure.test'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** A built page, served, and a browser to open it with. */
export interface Served {
  readonly origin: string
  readonly port: number
  readonly folder: string
  /** A page in a context of its own; whatever the browser complains about lands in `faults`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>
  readonly faults: string[]
  close(): Promise<void>
}

/** Mode as in vite.config.ts: `production` is the app, `gallery` the gallery. */
export async function serve(mode: 'production' | 'gallery'): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), `${mode}-`))
  const shared = { root: ROOT, configFile: `${ROOT}vite.config.ts`, mode, logLevel: 'error' as const }
  await build({ ...shared, build: { outDir: folder, emptyOutDir: true } })
  const server = await preview({
    ...shared,
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0, open: false, allowedHosts: [INSECURE_HOST] },
  })
  const at = server.httpServer.address()
  if (typeof at !== 'object' || at === null) throw new Error('the preview has no port')
  const options = launchOptions()
  const rules = `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`
  const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), rules] })
  const faults: string[] = []
  return {
    origin: `http://127.0.0.1:${at.port}`,
    port: at.port,
    folder,
    faults,
    async open(path, options = {}) {
      const context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce', locale: 'en', ...options })
      const page = await context.newPage()
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
      page.on('pageerror', (error) => faults.push(error.message))
      await page.goto(path.startsWith('http') ? path : `http://127.0.0.1:${at.port}${path}`)
      await page.locator('h1').first().waitFor()
      return page
    },
    async close() {
      await browser.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
