// @ts-check
import { findBrowser } from '../../../scripts/lib/browser.mjs'

/**
 * How to start a Chromium: the one that CHROMIUM_PATH names, else an installed one, else Playwright's own.
 * @returns {import('@playwright/test').LaunchOptions}
 */
export function launchOptions() {
  const executablePath = findBrowser()
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  return executablePath === undefined ? { args } : { executablePath, args }
}
