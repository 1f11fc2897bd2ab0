// Who may import whom: the table and the doors of ARCHITECTURE.md.
import { posix } from 'node:path'
import { listFiles, readJson, readText, runAsProgram } from './lib/repo.mjs'
import { importsOf, isTestOnly } from './lib/source.mjs'

/** @typedef {import('./lib/repo.mjs').Finding} Finding */

const SCOPE = '@antechamber/'

/** What the sources of each may import of ours. Tests, the test kit, stories and measurements may import anything. */
/** @type {Record<string, readonly string[]>} */
const MAY_IMPORT = {
  core: [],
  mapping: [],
  protocol: [],
  sealing: ['protocol'],
  client: ['core', 'mapping', 'sealing', 'protocol'],
  web: ['client', 'core', 'mapping'],
  cli: ['client', 'core', 'mapping'],
  relay: ['protocol'],
}

/** Packages that depend on nothing at all. */
const BARE = ['core', 'mapping']

const CRYPTOGRAPHY = /^(@noble\/|@hpke\/|@scure\/|hash-wasm$|hash-wasm\/)/

/**
 * @typedef {object} Member a package or app of the workspace
 * @property {string} name `core`
 * @property {string} folder `packages/core`
 * @property {Record<string, string>} doors `.` → `./src/index.ts`
 * @property {ReadonlySet<string>} declared names of the packages that its package.json lists
 */

/**
 * @param {string} root
 * @returns {Member[]}
 */
function readMembers(root) {
  return listFiles(root, (path) => /^(packages|apps)\/[^/]+\/package\.json$/.test(path)).map((path) => {
    const json = readJson(root, path)
    const declared = new Set(Object.keys({ ...json.dependencies, ...json.devDependencies, ...json.peerDependencies }))
    return { name: json.name.slice(SCOPE.length), folder: posix.dirname(path), doors: json.exports ?? {}, declared }
  })
}

/** `@scope/name/deep` → `@scope/name`. @param {string} specifier */
const packageName = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/**
 * Tells whether a package's exports open a path, by name or by a pattern with one `*`.
 * @param {Record<string, string>} doors
 * @param {string} door
 */
function isOpen(doors, door) {
  return Object.keys(doors).some((name) => {
    const [start, end] = name.split('*')
    return end === undefined ? name === door : door.startsWith(start ?? '') && door.endsWith(end)
  })
}

/**
 * What is wrong with one import by name of a package of ours.
 * @param {Member | undefined} from
 * @param {string} specifier
 * @param {boolean} testOnly
 * @param {readonly Member[]} members
 * @returns {string | undefined}
 */
function judgeOurs(from, specifier, testOnly, members) {
  const target = members.find((member) => SCOPE + member.name === packageName(specifier))
  if (target === undefined) return `there is no ${packageName(specifier)}`
  const door = `.${specifier.slice(packageName(specifier).length)}`
  if (!isOpen(target.doors, door)) return `"${door}" is no door of ${target.name}`
  if (from === undefined) return undefined
  if (target === from) return testOnly ? undefined : `imports the door of its own package`
  if (testOnly || from.name === 'testkit') return undefined
  return MAY_IMPORT[from.name]?.includes(target.name) ? undefined : `${from.name} may not import ${target.name}`
}

/**
 * What is wrong with one relative import.
 * @param {Member | undefined} from
 * @param {string} path of the importing file
 * @param {string} specifier
 * @param {boolean} testOnly
 * @param {readonly Member[]} members
 * @returns {string | undefined}
 */
function judgeRelative(from, path, specifier, testOnly, members) {
  const target = posix.join(posix.dirname(path), specifier)
  const owner = members.find((member) => target.startsWith(`${member.folder}/`))
  if (owner !== from && owner !== undefined) return `reaches into ${owner.folder} past its doors`
  // Vectors belong to nobody: they are what any implementation, in any language, is held against.
  if (testOnly && target.startsWith('vectors/')) return undefined
  if (from !== undefined && owner === undefined) return `reaches out of ${from.folder}`
  if (from === undefined || testOnly) return undefined
  // A door that is an ordinary file (`./contract`) is at home inside; one that lists the others makes a cycle.
  const isDoor =
    posix.basename(target) === 'index.ts' &&
    Object.values(from.doors).some((door) => posix.join(from.folder, door) === target)
  return isDoor ? 'imports the door of its own package' : undefined
}

/**
 * What is wrong with one import of somebody else's package.
 * @param {Member | undefined} from
 * @param {string} specifier
 * @param {boolean} testOnly
 * @param {ReadonlySet<string>} rootDeclared
 * @returns {string | undefined}
 */
function judgeForeign(from, specifier, testOnly, rootDeclared) {
  if (from?.name !== 'sealing' && CRYPTOGRAPHY.test(specifier)) return 'only sealing imports cryptographic libraries'
  const name = packageName(specifier)
  if (from === undefined) return undefined
  if (!testOnly && BARE.includes(from.name)) return `${from.name} depends on nothing`
  if (from.declared.has(name) || (rootDeclared.has(name) && (testOnly || from.name === 'testkit'))) return undefined
  return `${from.folder}/package.json does not list ${name}`
}

/**
 * What says in its name that it is unsafe has no place in an app.
 * @param {string} path
 * @param {string} text
 * @returns {Finding[]}
 */
const findUnsafe = (path, text) =>
  text.split('\n').flatMap((line, index) => {
    const name = line.match(/\bunsafe[A-Z]\w*/)?.[0]
    return name ? [{ where: `${path}:${index + 1}`, problem: `an app may not use ${name}` }] : []
  })

/**
 * @param {string} root
 * @returns {Finding[]}
 */
export function checkArrows(root) {
  const members = readMembers(root)
  const rootJson = readJson(root, 'package.json')
  const rootDeclared = new Set(Object.keys({ ...rootJson.dependencies, ...rootJson.devDependencies }))
  /** @type {Finding[]} */
  const findings = []
  for (const path of listFiles(root, (name) => /^(packages|apps|e2e|bench)\/.*\.(ts|mjs|js|svelte)$/.test(name))) {
    const from = members.find((member) => path.startsWith(`${member.folder}/`))
    const testOnly = isTestOnly(path)
    const text = readText(root, path)
    if (path.startsWith('apps/') && !testOnly) findings.push(...findUnsafe(path, text))
    for (const { specifier: written, line } of importsOf(path, text)) {
      const specifier = written.replace(/\?.*$/, '')
      if (/^(node|virtual):/.test(specifier)) continue
      const problem = specifier.startsWith('.')
        ? judgeRelative(from, path, specifier, testOnly, members)
        : specifier.startsWith(SCOPE)
          ? judgeOurs(from, specifier, testOnly, members)
          : judgeForeign(from, specifier, testOnly, rootDeclared)
      if (problem !== undefined) findings.push({ where: `${path}:${line}`, problem: `"${specifier}": ${problem}` })
    }
  }
  return findings
}

await runAsProgram(import.meta.url, 'arrows', checkArrows)
