// Installs what the lockfile names, when it is not there already.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NPM, repoRoot, run, say } from './process.mjs'

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, peer?: boolean, devOptional?: boolean }} Locked
 */

/**
 * Tells whether an installed tree (npm's hidden lockfile) has each package that the lockfile asks for.
 * @param {Record<string, Locked>} asked `packages` of package-lock.json
 * @param {Record<string, Locked>} installed `packages` of node_modules/.package-lock.json
 */
export function isComplete(asked, installed) {
  return Object.entries(asked).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') || wanted.optional || wanted.peer || wanted.devOptional) return true
    const there = installed[path]
    return there !== undefined && there.version === wanted.version && there.link === wanted.link
  })
}

function isInstalled() {
  const hidden = join(repoRoot, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const lockfile = join(repoRoot, 'package-lock.json')
  return isComplete(
    JSON.parse(readFileSync(lockfile, 'utf8')).packages,
    JSON.parse(readFileSync(hidden, 'utf8')).packages,
  )
}

/** @returns {Promise<boolean>} false, and the reason is on the screen, when the packages could not be installed */
export async function installIfNeeded() {
  if (isInstalled()) return true
  say('Installing packages (npm ci) ...')
  const { code } = await run(NPM, ['ci', '--include=dev', '--no-audit', '--no-fund'], { show: true })
  if (code === 0) return true
  say('npm ci failed; its own message is above. It needs a package registry once, and never again after that.')
  return false
}
