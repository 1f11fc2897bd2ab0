// Every message is there in every shipped language, with the same arguments; so are the texts of the processes.
// What a message is, and what can be wrong with one, the web app's build knows; this asks it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { listFiles, readJson, runAsProgram } from './lib/repo.mjs'

/** @typedef {import('./lib/repo.mjs').Finding} Finding */

/** The languages from the first day; more come by adding a folder of messages. */
const SHIPPED = ['ar', 'en']

/**
 * Finds the texts of a process (`{ "en": "…", "ar": "…" }`) that lack a language, or say nothing in one.
 * @param {unknown} value
 * @param {readonly string[]} languages
 * @param {string} [at] where in the file
 * @returns {string[]}
 */
export function mistakesInTexts(value, languages, at = '') {
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  const isText = !Array.isArray(value) && entries.some(([key]) => languages.includes(key))
  if (!isText) return entries.flatMap(([key, part]) => mistakesInTexts(part, languages, at ? `${at}.${key}` : key))
  const byLanguage = /** @type {Record<string, unknown>} */ (value)
  const missing = languages.filter((language) => {
    const text = byLanguage[language]
    return typeof text !== 'string' || text.trim() === ''
  })
  const strange = entries.map(([key]) => key).filter((key) => !languages.includes(key))
  return [
    ...missing.map((language) => `${at}: no text in ${language}`),
    ...strange.map((key) => `${at}: "${key}" is not a shipped language`),
  ]
}

/**
 * @param {string} root
 * @returns {Promise<Finding[]>}
 */
async function checkScreens(root) {
  const build = join(root, 'apps/web/build')
  if (!existsSync(join(build, 'generate.mjs'))) return []
  const { readMessages } = await import(pathToFileURL(join(build, 'generate.mjs')).href)
  const { mistakesIn } = await import(pathToFileURL(join(build, 'messages.mjs')).href)
  const byLanguage = await readMessages()
  const absent = SHIPPED.filter((language) => !(language in byLanguage)).map((language) => `${language}: no messages`)
  return [...absent, ...mistakesIn(byLanguage)].map((problem) => ({ where: 'apps/web/src', problem }))
}

/**
 * @param {string} root
 * @returns {Promise<Finding[]>}
 */
export async function checkMessages(root) {
  const processes = listFiles(root, (path) => /^packages\/core\/.*processes\/[^/]+\.json$/.test(path))
  const inProcesses = processes.flatMap((path) =>
    mistakesInTexts(readJson(root, path), SHIPPED).map((problem) => ({ where: path, problem })),
  )
  return [...(await checkScreens(root)), ...inProcesses]
}

await runAsProgram(import.meta.url, 'messages', checkMessages)
