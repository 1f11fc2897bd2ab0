// Finds a Chromium to drive, or gets one.
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { repoRoot, run, say } from './process.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'chrome.exe']
const PLACES = [
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** @param {string} path */
function canRun(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function playwrightsOwn() {
  try {
    const { chromium } = createRequire(join(repoRoot, 'package.json'))('playwright-core')
    return [chromium.executablePath()]
  } catch {
    // Not installed yet, or not for this system: then it is no candidate.
    return []
  }
}

/**
 * Finds an installed Chromium or Chrome.
 * @param {Record<string, string | undefined>} [env] `CHROMIUM_PATH` wins over everything; then `PATH`
 * @returns {string | undefined} its path
 */
export function findBrowser(env = process.env) {
  if (env.CHROMIUM_PATH) return canRun(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined
  const inPath = (env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [...inPath, ...PLACES, ...playwrightsOwn()].find((path) => existsSync(path) && canRun(path))
}

/** @returns {Promise<string | undefined>} the path, after an attempt to install one where none was found */
export async function provideBrowser() {
  const found = findBrowser()
  if (found) return found
  if (process.env.CHROMIUM_PATH) {
    say(`CHROMIUM_PATH names ${process.env.CHROMIUM_PATH}, which is not a program that can be run.`)
    return undefined
  }
  if (process.getuid?.() === 0 && canRun('/usr/bin/apt-get')) {
    say('No Chromium found; asking apt-get for one ...')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-q'], { env })
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env })
    const installed = findBrowser()
    if (installed) return installed
  }
  say("No Chromium found; asking Playwright for its own (about 170 MB, into the user's cache) ...")
  await run(process.execPath, [join(repoRoot, 'node_modules/playwright/cli.js'), 'install', 'chromium'], { show: true })
  const downloaded = findBrowser()
  if (!downloaded) {
    say('No browser could be had. Install Chromium or Chrome, or set CHROMIUM_PATH to one, and run again.')
  }
  return downloaded
}
