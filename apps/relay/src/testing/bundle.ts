import { fileURLToPath } from 'node:url'

const BUILT = new URL('../../dist/', import.meta.url)

/** The relay as it is built: Node can start neither a process nor a thread from its sources. */
export const mainProgram = fileURLToPath(new URL('main.js', BUILT))
export const workerUrl = new URL('storage-worker.js', BUILT)
