import { join } from 'node:path'
import { rolldown } from 'rolldown'

/** Bundles one of our sources for a process of its own, which could not run TypeScript; returns the file's path. */
export async function bundleForNode(input: URL, folder: string): Promise<string> {
  const bundle = await rolldown({ input: input.pathname, platform: 'node', logLevel: 'warn' })
  try {
    const { output } = await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs' })
    return join(folder, output[0].fileName)
  } finally {
    await bundle.close()
  }
}
