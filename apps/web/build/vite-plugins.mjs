// @ts-check
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { transformWithOxc } from 'vite'
import { generateMessages, WATCHED } from './generate.mjs'

/**
 * Compiles the messages before a build, and again when one of their files changes under a dev server.
 * @returns {import('vite').Plugin}
 */
export function messages() {
  return {
    name: 'antechamber-messages',
    async buildStart() {
      await generateMessages()
    },
    configureServer(server) {
      server.watcher.add(WATCHED)
      server.watcher.on('all', (_, file) => {
        if (!file.endsWith('.json') || !WATCHED.some((folder) => file.startsWith(folder))) return
        generateMessages().catch((cause) => server.config.logger.error(String(cause)))
      })
    },
  }
}

/**
 * Writes `sw.js` beside `index.html`, with the list of files it keeps and a version made of their contents.
 * @param {string} source path of the worker, which declares `FILES` and `VERSION`
 * @returns {import('vite').Plugin}
 */
export function serviceWorker(source) {
  return {
    name: 'antechamber-service-worker',
    apply: 'build',
    async generateBundle(_, bundle) {
      const kept = Object.keys(bundle).filter((name) => name !== 'index.html')
      const files = ['/', '/icon.svg', ...kept.map((name) => `/${name}`)].sort()
      const hash = createHash('sha256').update(files.join('\n'))
      const index = bundle['index.html']
      if (index?.type === 'asset') hash.update(index.source)
      const { code } = await transformWithOxc(await readFile(source, 'utf8'), source)
      const constants = `const FILES = ${JSON.stringify(files)}\nconst VERSION = '${hash.digest('hex').slice(0, 16)}'\n`
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: constants + code })
    },
  }
}
