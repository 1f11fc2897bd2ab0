// Reads test names, and the rules and requirements they say they prove.
import ts from 'typescript'
import { listFiles, readText } from './repo.mjs'
import { isTestOnly, parseScript, walkTree } from './source.mjs'

/**
 * @typedef {object} NamedTest
 * @property {string} path
 * @property {number} line
 * @property {string} name without the tags
 * @property {readonly string[]} tags `[LG3] [R12] refuses ...` → LG3, R12
 */

const TAGS = /^(?:\[[A-Z]{1,3}\d+\]\s*)+/

/** `test(...)`, `it.each(...)(...)`, `test.prop(...)`: the word it starts with. @param {ts.Expression} callee @returns {string} */
function firstWord(callee) {
  if (ts.isIdentifier(callee)) return callee.text
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee)) {
    return firstWord(ts.isTaggedTemplateExpression(callee) ? callee.tag : callee.expression)
  }
  return ''
}

/** @param {ts.Node | undefined} node */
function textOf(node) {
  if (node === undefined) return undefined
  if (ts.isStringLiteralLike(node)) return node.text
  return ts.isTemplateExpression(node) ? node.head.text : undefined
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {NamedTest[]} the tests whose name starts with a tag
 */
export function taggedTests(path, text) {
  if (!/\[[A-Z]{1,3}\d+\]/.test(text)) return []
  /** @type {NamedTest[]} */
  const tests = []
  const file = parseScript(path, text)
  walkTree(file, (node) => {
    if (!ts.isCallExpression(node) || !/^(test|it)$/.test(firstWord(node.expression))) return
    const name = textOf(node.arguments[0])
    const tags = name?.match(TAGS)?.[0]
    if (name === undefined || tags === undefined) return
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
    tests.push({ path, line, name: name.slice(tags.length).trim(), tags: tags.match(/[A-Z]{1,3}\d+/g) ?? [] })
  })
  return tests
}

/** Contract suites are named `contract.ts`, since other packages run them. @param {string} path */
const mayHoldTests = (path) =>
  /^(packages|apps|e2e|bench)\/.*\.(ts|mjs)$/.test(path) && (isTestOnly(path) || /contract[\w-]*\.ts$/.test(path))

/**
 * All tagged tests of a repository, by path and line.
 * @param {string} root
 */
export const listTaggedTests = (root) =>
  listFiles(root, mayHoldTests).flatMap((path) => taggedTests(path, readText(root, path)))
