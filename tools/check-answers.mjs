// A check that answers is worth nothing if nobody reads the answer: a call whose Result is dropped is a finding.
import ts from 'typescript'
import { listFiles, repoRoot, runAsProgram } from './lib/repo.mjs'
import { isTestOnly, walkTree } from './lib/source.mjs'

/** @typedef {import('./lib/repo.mjs').Finding} Finding */

const SOURCES = /^(packages|apps)\/[^/]+\/(src|build)\/.*\.ts$/

/**
 * Tells whether a type is a Result: a union told apart by `ok`.
 * @param {ts.Type} type
 */
const isResult = (type) =>
  type.isUnion() && type.types.every((one) => one.getProperty('ok') !== undefined && !(one.flags & ts.TypeFlags.Any))

/** @param {ts.Expression} expression */
const isCall = (expression) =>
  ts.isCallExpression(ts.isAwaitExpression(expression) ? expression.expression : expression)

/**
 * Statements of a file that call something and drop a Result.
 * @param {ts.SourceFile} file
 * @param {ts.TypeChecker} checker
 * @returns {ts.ExpressionStatement[]}
 */
function droppedIn(file, checker) {
  /** @type {ts.ExpressionStatement[]} */
  const dropped = []
  walkTree(file, (node) => {
    if (!ts.isExpressionStatement(node) || !isCall(node.expression)) return
    if (isResult(checker.getTypeAtLocation(node.expression))) dropped.push(node)
  })
  return dropped
}

/**
 * @param {string} root
 * @returns {Finding[]}
 */
export function checkAnswers(root) {
  const paths = listFiles(root, (path) => SOURCES.test(path) && !isTestOnly(path))
  const program = ts.createProgram({
    rootNames: paths.map((path) => `${root}/${path}`),
    // Read as one program that knows everything: the walls between packages are another check's business.
    options: {
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: ['node'],
      typeRoots: [`${repoRoot}/node_modules/@types`],
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      resolveJsonModule: true,
    },
  })
  const checker = program.getTypeChecker()
  return paths.flatMap((path) => {
    const file = program.getSourceFile(`${root}/${path}`)
    return file === undefined
      ? []
      : droppedIn(file, checker).map((node) => ({
          where: `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`,
          problem: `nobody reads what ${node.expression.getText().split('(')[0]} answers`,
        }))
  })
}

await runAsProgram(import.meta.url, 'answers', checkAnswers)
