// Runs measurements by name and records them with the machine: `node bench/run.mjs relay [sealing ...]`. Each is a file
// of bench/ that exports one function, `measure...`, which answers with a list of figures.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from '../scripts/lib/build.mjs'
import { repoRoot } from '../scripts/lib/process.mjs'

const RESULTS = join(repoRoot, 'bench', 'results')

/** What the figures were measured on. */
function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  }
}

/**
 * Bundles a measurement, since Node cannot run its source, and gives its function.
 * @param {string} name
 * @param {string} dir
 * @returns {Promise<() => Promise<readonly object[]>>}
 */
async function load(name, dir) {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: { [name]: join(repoRoot, 'bench', `${name}.ts`) },
    platform: 'node',
    external: ['@photostructure/sqlite', 'pino'],
    tsconfig: false,
    logLevel: 'silent',
  })
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs' })
  await bundle.close()
  const module = await import(pathToFileURL(join(dir, `${name}.mjs`)).href)
  const measures = Object.entries(module).filter(([exported]) => exported.startsWith('measure'))
  if (measures.length !== 1) throw new Error(`bench/${name}.ts must export one function "measure..."`)
  return measures[0]?.[1]
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !existsSync(join(repoRoot, 'bench', `${name}.ts`)))
if (names.length === 0 || unknown.length > 0) {
  console.error(`usage: node bench/run.mjs NAME...${unknown.map((name) => `\nthere is no bench/${name}.ts`).join('')}`)
  process.exitCode = 2
} else {
  await build({ onlyStale: true, parts: ['relay', 'cli'] })
  mkdirSync(RESULTS, { recursive: true })
  for (const name of names) {
    // Inside the workspace, so that what stays outside the bundle is found.
    const dir = mkdtempSync(join(repoRoot, 'node_modules', '.bench-'))
    try {
      const measure = await load(name, dir)
      const [measuredOn, commit] = [
        machine(),
        execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
      ]
      const figures = await measure()
      console.table(figures)
      const result = { name, date: new Date().toISOString().slice(0, 10), commit, machine: measuredOn, figures }
      writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}
