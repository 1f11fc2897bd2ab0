// Some tests start the relay or the command line as people do, as built programs; Node cannot run their sources.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { repoRoot } from './process.mjs'

/** Brings both bundles up to date. A bundle that cannot be built is told about, and fails the tests that need it. */
export async function setup() {
  const apps = /** @type {const} */ (['relay', 'cli'])
  const parts = apps.filter((app) => existsSync(join(repoRoot, 'apps', app, 'src/main.ts')))
  await build({ onlyStale: true, parts })
}
