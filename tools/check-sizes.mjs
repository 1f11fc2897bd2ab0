// Files of at most 400 lines, functions of at most 60; exceptions with reasons in size-exceptions.json.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { listFiles, readJson, readText, runAsProgram } from './lib/repo.mjs'
import { parseScript, scriptsOf, walkTree } from './lib/source.mjs'

export const MAX_FILE_LINES = 400
export const MAX_FUNCTION_LINES = 60

const MEASURED = /\.(ts|mjs|svelte)$/
const EXCEPTIONS = 'tools/size-exceptions.json'

/**
 * @typedef {object} Exception
 * @property {string} subject a path, or `path#function`
 * @property {number} lines how long it may be instead
 * @property {string} reason
 *
 * @typedef {{ subject: string, where: string, lines: number, limit: number }} Oversize
 */

/** A callback of `describe` groups tests; its length says nothing. @param {ts.Node} node */
function isGroupOfTests(node) {
  const call = node.parent
  return ts.isCallExpression(call) && /^describe\b/.test(call.expression.getText()) && node !== call.expression
}

/** @param {ts.Node} node */
function nameOf(node) {
  const named = /** @type {{ name?: ts.Node }} */ (/** @type {unknown} */ (node))
  if (named.name !== undefined) return named.name.getText()
  if (node.kind === ts.SyntaxKind.Constructor) return 'constructor'
  const { parent } = node
  const holder = /** @type {{ name?: ts.Node }} */ (/** @type {unknown} */ (parent))
  return (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && holder.name
    ? holder.name.getText()
    : '(no name)'
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {Oversize[]}
 */
export function measureFile(path, text) {
  /** @type {Oversize[]} */
  const oversize = []
  const lines = text.replace(/\n$/, '').split('\n').length
  if (lines > MAX_FILE_LINES) oversize.push({ subject: path, where: path, lines, limit: MAX_FILE_LINES })
  for (const script of scriptsOf(path, text)) {
    const file = parseScript(path, script.text)
    walkTree(file, (node) => {
      if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined || isGroupOfTests(node)) return
      const first = file.getLineAndCharacterOfPosition(node.getStart()).line
      const length = file.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1
      if (length <= MAX_FUNCTION_LINES) return
      const subject = `${path}#${nameOf(node)}`
      oversize.push({ subject, where: `${path}:${script.firstLine + first}`, lines: length, limit: MAX_FUNCTION_LINES })
    })
  }
  return oversize
}

/**
 * @param {string} root
 * @returns {import('./lib/repo.mjs').Finding[]}
 */
export function checkSizes(root) {
  /** @type {Exception[]} */
  const exceptions = existsSync(join(root, EXCEPTIONS)) ? readJson(root, EXCEPTIONS) : []
  const oversize = listFiles(root, (path) => MEASURED.test(path)).flatMap((path) =>
    measureFile(path, readText(root, path)),
  )
  const findings = oversize
    .filter(({ subject, lines }) => !exceptions.some((one) => one.subject === subject && lines <= one.lines))
    .map(({ subject, where, lines, limit }) => ({
      where,
      problem: `${subject.split('#')[1] ?? 'the file'} has ${lines} lines, ${limit} are allowed`,
    }))
  for (const { subject, reason } of exceptions) {
    if (!oversize.some((one) => one.subject === subject))
      findings.push({ where: EXCEPTIONS, problem: `${subject} needs no exception any more` })
    if (typeof reason !== 'string' || reason.length < 10)
      findings.push({ where: EXCEPTIONS, problem: `${subject} gives no reason` })
  }
  return findings
}

await runAsProgram(import.meta.url, 'sizes', checkSizes)
