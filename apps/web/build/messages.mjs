// @ts-check
// Turns message files (ICU MessageFormat in JSON, one file a screen area) into typed TypeScript modules.
import MessageFormat from '@messageformat/core'
import compileModuleDoor from '@messageformat/core/lib/compile-module.js'
import { parse } from '@messageformat/parser'

// The package is CommonJS: some loaders put its function one level deeper.
const compileModule =
  /** @type {{ default?: typeof compileModuleDoor }} */ (/** @type {unknown} */ (compileModuleDoor)).default ??
  compileModuleDoor

/** @typedef {{ [key: string]: string | MessageTree }} MessageTree nested keys to ICU texts */
/** @typedef {'text' | 'number' | 'choice' | 'time'} ArgumentShape what a message needs for one argument */
/** @typedef {{ type: string, arg?: string, key?: string, value?: string, param?: Token[], cases?: { key: string, tokens: Token[] }[] }} Token */

const NAME = /^[a-z][a-z0-9-]*$|^[a-z][a-zA-Z0-9]*$/

/**
 * All leaves of a tree as `a.b.c` paths, in file order.
 * @param {MessageTree} tree
 * @param {string} [prefix]
 * @returns {[path: string, text: string][]}
 */
export function leaves(tree, prefix = '') {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [/** @type {[string, string]} */ ([prefix + key, value])]
      : leaves(value, `${prefix}${key}.`),
  )
}

/**
 * The arguments that one ICU text needs, and the plural arguments with the categories it spells out.
 * @param {string} text
 */
export function argumentsOf(text) {
  /** @type {Map<string, Set<string>>} choice values, by argument */
  const choices = new Map()
  /** @type {Map<string, ArgumentShape>} */
  const shapes = new Map()
  /** @type {{ arg: string, categories: string[], ordinal: boolean }[]} */
  const plurals = []
  /** @param {Token[]} tokens */
  const walk = (tokens) => {
    for (const token of tokens) {
      if (token.arg !== undefined) shapes.set(token.arg, strongest(shapes.get(token.arg), shapeOf(token)))
      if (token.arg !== undefined && token.type === 'select')
        choices.set(token.arg, new Set(token.cases?.map((one) => one.key)))
      if (token.arg !== undefined && (token.type === 'plural' || token.type === 'selectordinal'))
        plurals.push({
          arg: token.arg,
          categories: (token.cases ?? []).map((one) => one.key).filter((key) => !key.startsWith('=')),
          ordinal: token.type === 'selectordinal',
        })
      for (const one of token.cases ?? []) walk(one.tokens)
    }
  }
  walk(/** @type {Token[]} */ (parse(text)))
  return { shapes, choices, plurals }
}

/** @param {Token} token @returns {ArgumentShape} */
function shapeOf(token) {
  if (token.type === 'plural' || token.type === 'selectordinal' || token.key === 'number') return 'number'
  if (token.key === 'date' || token.key === 'time') return 'time'
  return token.type === 'select' ? 'choice' : 'text'
}

/** `{n}` beside `{n, plural, …}` is a number: the shape that says more wins.
 * @param {ArgumentShape | undefined} a @param {ArgumentShape} b @returns {ArgumentShape} */
const strongest = (a, b) => (a === undefined || a === 'text' ? b : a)

/**
 * Everything that is wrong with the messages, one sentence each; empty when they can be compiled.
 * @param {Record<string, MessageTree>} byLanguage
 * @returns {string[]}
 */
export function mistakesIn(byLanguage) {
  const languages = Object.keys(byLanguage)
  const known = new Map(languages.map((language) => [language, new Map(leaves(byLanguage[language] ?? {}))]))
  const everyPath = new Set([...known.values()].flatMap((texts) => [...texts.keys()]))
  /** @type {string[]} */
  const mistakes = []
  for (const path of everyPath) {
    const bad = path.split('.').find((name) => !NAME.test(name))
    if (bad !== undefined) mistakes.push(`${path}: "${bad}" is not a name`)
    /** @type {string | undefined} */
    let expected
    for (const language of languages) {
      const text = known.get(language)?.get(path)
      if (text === undefined) mistakes.push(`${language} lacks ${path}`)
      else {
        const found = mistakesInText(language, path, text)
        mistakes.push(...found.mistakes)
        expected ??= found.signature
        if (found.signature !== expected)
          mistakes.push(`${language} ${path}: takes (${found.signature}), another language takes (${expected})`)
      }
    }
  }
  return mistakes
}

/** @param {string} language @param {string} path @param {string} text */
function mistakesInText(language, path, text) {
  /** @type {string[]} */
  const mistakes = []
  try {
    const { shapes, plurals } = argumentsOf(text)
    for (const { arg, categories, ordinal } of plurals) {
      const rules = new Intl.PluralRules(language, { type: ordinal ? 'ordinal' : 'cardinal' })
      const missing = rules.resolvedOptions().pluralCategories.filter((category) => !categories.includes(category))
      if (missing.length > 0) mistakes.push(`${language} ${path}: plural of ${arg} lacks ${missing.join(', ')}`)
    }
    return { mistakes, signature: [...shapes.keys()].sort().join(', ') }
  } catch (cause) {
    mistakes.push(`${language} ${path}: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`)
    return { mistakes, signature: '' }
  }
}

/**
 * The TypeScript interface `Messages` for a tree: plain texts are strings, texts with arguments are functions.
 * @param {MessageTree} tree checked by {@link mistakesIn}
 */
export function interfaceSource(tree) {
  /** @param {MessageTree} branch @param {string} indent @returns {string} */
  const body = (branch, indent) =>
    Object.entries(branch)
      .map(([key, value]) => {
        const type = typeof value === 'string' ? typeOf(value) : `{\n${body(value, `${indent}  `)}\n${indent}}`
        return `${indent}readonly ${JSON.stringify(key)}: ${type}`
      })
      .join('\n')
  return `// Written by build/messages.mjs from the message files.\nexport interface Messages {\n${body(tree, '  ')}\n}\n`
}

/** @param {string} text */
function typeOf(text) {
  const { shapes, choices } = argumentsOf(text)
  if (shapes.size === 0) return 'string'
  const fields = [...shapes].map(([name, shape]) => {
    const values = [...(choices.get(name) ?? [])].map((value) => (value === 'other' ? 'string' : JSON.stringify(value)))
    const type = { text: 'string | number', number: 'number', time: 'Date | number', choice: values.join(' | ') }[shape]
    return `${name}: ${shape === 'choice' && values.includes('string') ? 'string' : type}`
  })
  return `(d: { ${fields.join('; ')} }) => string`
}

/**
 * One language's module: compiled functions for texts with arguments, plain strings for the rest.
 * @param {string} language BCP 47
 * @param {MessageTree} tree checked by {@link mistakesIn}
 */
export function languageSource(language, tree) {
  const withArguments = leaves(tree).filter(([, text]) => argumentsOf(text).shapes.size > 0)
  const compiler = new MessageFormat(language, { strictPluralKeys: true })
  const compiled = compileModule(compiler, Object.fromEntries(withArguments)).replace(
    'export default {',
    'const compiled = {',
  )
  /** @param {MessageTree} branch @param {string} path @param {string} indent @returns {string} */
  const body = (branch, path, indent) =>
    Object.entries(branch)
      .map(([key, value]) => {
        const at = path + key
        if (typeof value !== 'string')
          return `${indent}${JSON.stringify(key)}: {\n${body(value, `${at}.`, `${indent}  `)}\n${indent}}`
        const takes = argumentsOf(value).shapes.size > 0
        return `${indent}${JSON.stringify(key)}: ${takes ? `compiled[${JSON.stringify(at)}]` : plainText(value)}`
      })
      .join(',\n')
  return [
    '// @ts-nocheck compiled messages; their types are in messages.ts',
    "import type { Messages } from './messages.ts'",
    compiled,
    `export const messages: Messages = {\n${body(tree, '', '  ')}\n}`,
    '',
  ].join('\n')
}

/** @param {string} text without arguments */
function plainText(text) {
  const tokens = /** @type {Token[]} */ (parse(text))
  return JSON.stringify(tokens.map((token) => token.value ?? '').join(''))
}
