// @ts-check
// Reads the message files and writes src/i18n/generated. Run by the build, and alone before a type check.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interfaceSource, languageSource, mistakesIn } from './messages.mjs'

/** @typedef {import('./messages.mjs').MessageTree} MessageTree */

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url))
const MESSAGES = join(SOURCE, 'i18n/messages')
const ACTIVITIES = join(SOURCE, 'activities')
const GENERATED = join(SOURCE, 'i18n/generated')

/** The folders whose files become messages: for a dev server to watch. */
export const WATCHED = [MESSAGES, ACTIVITIES]

/** @param {string} folder @returns {Promise<string[]>} */
async function namesIn(folder) {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return []
    throw cause
  }
}

/** @param {string} file @returns {Promise<MessageTree>} */
async function readTree(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/** @param {string} name */
const camelCase = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())

/**
 * All messages of each language: screen areas by file name, activities under `activities.<kind>`.
 * @returns {Promise<Record<string, MessageTree>>}
 */
export async function readMessages() {
  /** @type {Record<string, MessageTree>} */
  const byLanguage = {}
  for (const language of await namesIn(MESSAGES)) {
    /** @type {MessageTree} */
    const tree = {}
    for (const file of (await namesIn(join(MESSAGES, language))).filter((name) => name.endsWith('.json')))
      tree[camelCase(basename(file, '.json'))] = await readTree(join(MESSAGES, language, file))
    /** @type {MessageTree} */
    const activities = {}
    for (const kind of await namesIn(ACTIVITIES)) {
      const words = await namesIn(join(ACTIVITIES, kind, 'words'))
      if (words.includes(`${language}.json`))
        activities[kind] = await readTree(join(ACTIVITIES, kind, 'words', `${language}.json`))
    }
    byLanguage[language] = { ...tree, activities }
  }
  return byLanguage
}

/** Writes a file only when it changes, so that watchers stay quiet. @param {string} file @param {string} text */
async function writeIfChanged(file, text) {
  const before = await readFile(file, 'utf8').catch(() => undefined)
  if (before !== text) await writeFile(file, text)
}

/**
 * Reads, checks and compiles all messages.
 * @returns {Promise<string[]>} the languages written
 * @throws Error that lists every mistake at once: a missing message, a wrong argument, a plural form left out
 */
export async function generateMessages() {
  const byLanguage = await readMessages()
  const languages = Object.keys(byLanguage)
  const first = byLanguage[languages[0] ?? '']
  if (first === undefined) throw new Error(`no messages in ${MESSAGES}`)
  const mistakes = mistakesIn(byLanguage)
  if (mistakes.length > 0) throw new Error(`messages:\n  ${mistakes.join('\n  ')}`)
  await mkdir(GENERATED, { recursive: true })
  await writeIfChanged(join(GENERATED, 'messages.ts'), interfaceSource(first))
  for (const [language, tree] of Object.entries(byLanguage))
    await writeIfChanged(join(GENERATED, `${language}.ts`), languageSource(language, tree))
  return languages
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generateMessages()
