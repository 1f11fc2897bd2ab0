// Writes vectors/sealing: the formats of packages/sealing as JSON that any language can check itself against. Run it
// only when a format changes on purpose; a test fails while the files and the code differ.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { repoRoot } from './lib/repo.mjs'

const source = join(repoRoot, 'packages/sealing/src/testing/vectors.ts')
// Beside the packages, so that what stays outside the bundle is found.
const folder = mkdtempSync(join(repoRoot, 'packages/sealing/.vectors-'))
try {
  const bundle = await rolldown({ input: source, platform: 'node' })
  const { output } = await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'vectors.mjs' })
  const { makeVectors, vectorText } = await import(pathToFileURL(join(folder, output[0].fileName)).href)
  for (const [name, vectors] of Object.entries(await makeVectors())) {
    writeFileSync(join(repoRoot, 'vectors/sealing', name), vectorText(vectors))
    console.log(`vectors/sealing/${name}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
