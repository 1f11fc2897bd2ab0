import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const SOURCES = fileURLToPath(new URL('..', import.meta.url))
/** Inside the workspace, so that what the bundle leaves outside is found. */
const PLACE = fileURLToPath(new URL('../../../../node_modules/', import.meta.url))

/** A bundle of the relay made for one test run, as the build makes it. */
export interface Bundle {
  readonly main: string
  readonly workerUrl: URL
  remove(): Promise<void>
}

/** Bundles the relay's program and its storage thread: Node cannot start a thread, or a process, from TypeScript. */
export async function bundleRelay(): Promise<Bundle> {
  const dir = await mkdtemp(join(PLACE, '.relay-under-test-'))
  const bundle = await rolldown({
    input: { main: join(SOURCES, 'main.ts'), 'storage-worker': join(SOURCES, 'storage/storage-worker.ts') },
    platform: 'node',
    external: ['@photostructure/sqlite', 'pino'],
    tsconfig: false,
    logLevel: 'silent',
  })
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].js' })
  await bundle.close()
  return {
    main: join(dir, 'main.js'),
    workerUrl: pathToFileURL(join(dir, 'storage-worker.js')),
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}
