// The core reads no clock, throws no dice, and asks nothing of the place where it runs: the same log must give the
// same state on every device. What other packages bring (fetch, timers, crypto) does not type-check there; this
// forbids what the language itself offers.
import ts from 'typescript'
import { listFiles, readText, runAsProgram } from './lib/repo.mjs'
import { isTestOnly, parseScript, walkTree } from './lib/source.mjs'

const PURE = /^packages\/(core|mapping)\/src\/.*\.ts$/

/** @type {Record<string, string>} */
const IMPURE = {
  'Date.now': 'reads a clock: take `now` from the facts',
  'Math.random': 'throws dice: take randomness from the facts',
  Intl: 'differs between devices: leave words and numbers to the screens',
}
const IMPURE_METHODS = /^(localeCompare|toLocale\w+)$/

/**
 * @param {ts.Node} node
 * @returns {string | undefined}
 */
function judge(node) {
  if (ts.isPropertyAccessExpression(node)) {
    if (IMPURE_METHODS.test(node.name.text)) return `${node.name.text} ${IMPURE.Intl}`
    const name = node.getText()
    return IMPURE[name] && `${name} ${IMPURE[name]}`
  }
  if (ts.isIdentifier(node) && node.text === 'Intl') return `Intl ${IMPURE.Intl}`
  const makesDate =
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Date'
  return makesDate && (node.arguments?.length ?? 0) === 0 ? `new Date() ${IMPURE['Date.now']}` : undefined
}

/**
 * @param {string} root
 * @returns {import('./lib/repo.mjs').Finding[]}
 */
export function checkPurity(root) {
  /** @type {import('./lib/repo.mjs').Finding[]} */
  const findings = []
  for (const path of listFiles(root, (name) => PURE.test(name) && !isTestOnly(name))) {
    const file = parseScript(path, readText(root, path))
    walkTree(file, (node) => {
      const problem = judge(node)
      if (problem === undefined || problem === '') return
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
      findings.push({ where: `${path}:${line}`, problem })
    })
  }
  return findings
}

await runAsProgram(import.meta.url, 'purity', checkPurity)
