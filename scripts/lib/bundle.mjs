// Bundles a Node app into its dist/, and writes down which files went in, so that a check can read it.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repoRoot } from './process.mjs'

/**
 * Lists what becomes a file of its own in dist/: `src/main.ts`, and each `*-worker.ts`, flat, under its own name.
 * @param {string} folder of the app
 * @returns {Record<string, string>} name in dist/ (without `.js`) → source
 */
export function listEntries(folder) {
  /** @type {Record<string, string>} */
  const entries = { main: join(folder, 'src/main.ts') }
  for (const entry of readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (entry.endsWith('-worker.ts')) entries[basename(entry, '.ts')] = join(folder, 'src', entry)
  }
  return entries
}

/**
 * The files that went into a bundle, relative to the root. An id that starts with NUL is the bundler's own.
 * @param {readonly { type: string, moduleIds?: string[] }[]} output
 */
const listModules = (output) =>
  output
    .flatMap((part) => part.moduleIds ?? [])
    .filter((id) => !id.startsWith('\0'))
    .map((id) => relative(repoRoot, id).split(sep).join('/'))
    .sort()

/**
 * Bundles `apps/<name>` as its rolldown.config.mjs says. Throws what rolldown throws.
 * @param {string} name
 */
export async function bundleApp(name) {
  const folder = join(repoRoot, 'apps', name)
  const dist = join(folder, 'dist')
  const { default: config } = await import(pathToFileURL(join(folder, 'rolldown.config.mjs')).href)
  if (!existsSync(join(folder, 'src/main.ts'))) throw new Error(`apps/${name}/src/main.ts is missing`)
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: listEntries(folder),
    platform: 'node',
    cwd: folder,
    external: config.external,
    tsconfig: false,
    onLog: (level, log, show) => {
      // An import that cannot be found would only fail when somebody starts the app.
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
      show(level, log)
    },
  })
  // Made beside and put in place at the end, so that nobody ever starts half a program.
  const made = mkdtempSync(join(folder, '.dist-'))
  try {
    const { output } = await bundle.write({
      dir: made,
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      // Flat, so that `new URL('./x-worker.js', import.meta.url)` means the same from every file.
      chunkFileNames: '[name]-[hash].js',
    })
    writeFileSync(join(made, 'modules.json'), `${JSON.stringify(listModules(output), null, 2)}\n`)
    rmSync(dist, { recursive: true, force: true })
    renameSync(made, dist)
  } finally {
    await bundle.close()
    rmSync(made, { recursive: true, force: true })
  }
}
