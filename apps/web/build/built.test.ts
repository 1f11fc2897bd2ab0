// Looks at what the production build would send to a phone.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { beforeAll, expect, test } from 'vitest'

type Output = Rolldown.RolldownOutput['output']
const root = fileURLToPath(new URL('../', import.meta.url))
let output: Output

beforeAll(async () => {
  const built = await build({ root, configFile: `${root}vite.config.ts`, logLevel: 'error', build: { write: false } })
  output = ('output' in built ? built.output : []) as Output
})

const textOf = (file: Output[number]): string => (file.type === 'chunk' ? file.code : String(file.source))
const textsOf = (ending: string): string[] => output.filter((file) => file.fileName.endsWith(ending)).map(textOf)

test('styles know no left and no right', () => {
  const styles = textsOf('.css').join('\n')
  expect(styles.length).toBeGreaterThan(5000)
  expect(
    styles.match(/[;{}\s](margin|padding|border|inset|scroll-[a-z]+)?-?(left|right)(-[a-z]+)*\s*:[^;}]*/g),
  ).toBeNull()
  expect(styles.match(/(text-align|float|clear)\s*:\s*(left|right)/g)).toBeNull()
})

test('[R47] the page has no inline script, style or handler, and asks nobody else for anything', () => {
  const [html = ''] = textsOf('index.html')
  expect(html).toContain('<title>Welcome</title>')
  expect(html).not.toMatch(/<style|style=|\son[a-z]+=|<script(?![^>]*\ssrc=)/)
  expect(html).not.toMatch(/(src|href)="(?!\/)/)
  expect(textsOf('.css').join('')).not.toMatch(/url\(|@import/)
})

test('no component carries a style attribute, which the content security policy would drop', () => {
  const scripts = output.filter((file) => file.type === 'chunk').map(textOf)
  expect(scripts.filter((code) => /<[a-z][^>`]*\sstyle=/.test(code))).toEqual([])
})

test('the gallery is not in it', () => {
  expect(output.map((file) => file.fileName).filter((name) => name.includes('gallery'))).toEqual([])
})

test('the service worker lists every file of the build and nothing else', () => {
  // By its whole name: a chunk's hash can end in these letters too.
  const worker = output
    .filter(({ fileName }) => fileName === 'sw.js')
    .map(textOf)
    .join('')
  const listed = JSON.parse(/const FILES = (\[.*?\])/.exec(worker)?.[1] ?? '[]')
  const built = output.map((file) => `/${file.fileName}`).filter((name) => !/\/(index\.html|sw\.js)$/.test(name))
  expect(listed).toEqual(['/', '/icon.svg', ...built].sort())
  expect(worker).not.toMatch(/declare|export/)
})

test('[WR17] what the screens are tried under is the policy that the relay sends', () => {
  const policyIn = (path: string): string => {
    const [, list = ''] = /POLICY = \[([^\]]+)\]/.exec(readFileSync(new URL(path, import.meta.url), 'utf8')) ?? []
    return list
  }
  expect(policyIn('../vite.config.ts')).toContain("require-trusted-types-for 'script'")
  expect(policyIn('../vite.config.ts')).toBe(policyIn('../../relay/src/doors/headers.ts'))
})
