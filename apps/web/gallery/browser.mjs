// @ts-check
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** @param {string} path */
function canRun(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * How to start a Chromium: the one that CHROMIUM_PATH names, else an installed one, else Playwright's own.
 * @returns {import('@playwright/test').LaunchOptions}
 */
export function launchOptions() {
  const installed = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(canRun)
  const executablePath = process.env.CHROMIUM_PATH ?? installed
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  return executablePath === undefined ? { args } : { executablePath, args }
}
