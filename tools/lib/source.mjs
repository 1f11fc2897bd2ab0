// Reading TypeScript, JavaScript and the scripts of .svelte files.
import ts from 'typescript'

/**
 * A stretch of script in a file. `firstLine` is the line of the file where it starts, from 1.
 * @typedef {{ readonly text: string, readonly firstLine: number }} Script
 */

/**
 * @param {string} path
 * @param {string} text
 * @returns {Script[]} the whole file, or what stands in a .svelte file's script elements
 */
export function scriptsOf(path, text) {
  if (!path.endsWith('.svelte')) return [{ text, firstLine: 1 }]
  return [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => {
    const before = text.slice(0, match.index + match[0].indexOf('>') + 1)
    return { text: match[1] ?? '', firstLine: before.split('\n').length }
  })
}

/**
 * @param {string} path
 * @param {string} text
 */
export const parseScript = (path, text) =>
  ts.createSourceFile(
    path.replace(/\.svelte$/, '.ts'),
    text,
    ts.ScriptTarget.ES2023,
    true,
    /\.[cm]?js$/.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS,
  )

/**
 * Every module that a file names: imports, exports from, dynamic imports, types from elsewhere.
 * @param {string} path
 * @param {string} text
 * @returns {{ specifier: string, line: number }[]}
 */
export const importsOf = (path, text) =>
  scriptsOf(path, text).flatMap((script) =>
    ts.preProcessFile(script.text, true, true).importedFiles.map(({ fileName, pos }) => ({
      specifier: fileName,
      line: script.firstLine + script.text.slice(0, pos).split('\n').length - 1,
    })),
  )

/**
 * Walks a tree, parents before children.
 * @param {ts.Node} node
 * @param {(node: ts.Node) => void} visit
 */
export function walkTree(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walkTree(child, visit))
}

/** Tests, the gallery of components, and what only they use: they may reach further than sources. @param {string} path */
export const isTestOnly = (path) =>
  /\.test\.(ts|mjs)$|\/testing\/|\/test\//.test(path) || /^(e2e|bench|apps\/web\/gallery)\//.test(path)
