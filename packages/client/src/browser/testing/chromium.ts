import { accessSync, constants } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import { rolldown } from 'rolldown'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'chrome.exe']
const PLACES = [
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** A name that leads to loopback, and that a browser does not take for it: pages under it are not secure. */
export const INSECURE_HOST = 'plain.test'

export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
]

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The path of a Chromium or Chrome: `CHROMIUM_PATH`, or an installed one, or Playwright's own. Throws without one. */
export function findChromium(): string {
  const inPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name)))
  const chosen = process.env['CHROMIUM_PATH']
  const found = (chosen ? [chosen] : [...inPath, ...PLACES, chromium.executablePath()]).find(canRun)
  if (!found) throw new Error('these tests need a browser: install Chromium or Chrome, or set CHROMIUM_PATH to one')
  return found
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self' ws:",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

async function bundlePage(): Promise<Map<string, string>> {
  const input = new URL('./page.ts', import.meta.url).pathname
  const bundle = await rolldown({ input, platform: 'browser', logLevel: 'warn' })
  try {
    const { output } = await bundle.generate({ format: 'esm', entryFileNames: 'page.js' })
    return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[`/${file.fileName}`, file.code]] : [])))
  } finally {
    await bundle.close()
  }
}

/** Serves the page with the test doors on loopback, under the policy that the product is served with. */
export async function servePage(): Promise<{ server: Server; port: number }> {
  const scripts = await bundlePage()
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '')
    response.setHeader('content-security-policy', POLICY)
    response.setHeader('content-type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript')
    response.end(script ?? '<!doctype html><title>page</title><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as { port: number }).port }
}
