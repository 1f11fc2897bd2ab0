import { expect, test } from 'vitest'
import { checkHouse } from './check-house.mjs'
import { readText, repoRoot } from './lib/repo.mjs'
import { makeTree, problems } from './testing/tree.mjs'

const manifest = { name: 'antechamber', license: 'AGPL-3.0-or-later', dependencies: { ws: '8.23.0' } }
const good = {
  LICENSE: readText(repoRoot, 'LICENSE'),
  'package.json': manifest,
  'package-lock.json': {
    packages: {
      '': { dependencies: { ws: '8.23.0' } },
      'node_modules/ws': { version: '8.23.0', integrity: 'sha512-AAAA' },
      'node_modules/@antechamber/core': { resolved: 'packages/core', link: true },
    },
  },
  'docs/dependencies.md': '| Package | Where | Why |\n|---|---|---|\n| `ws` | relay | WebSocket in Node |\n',
}

/** @param {Record<string, string | object>} change */
const judge = (change) => problems(checkHouse(makeTree({ ...good, ...change })))

test('passes a house in order', () => expect(judge({})).toEqual([]))

test('refuses a licence that was changed', () => {
  expect(judge({ LICENSE: good.LICENSE.replace('Version 3', 'Version 4') })).toHaveLength(1)
})

test.each(['^8.23.0', '8.x', '*', 'latest', 'https://example.org/ws.tgz'])('refuses the version %s', (version) => {
  expect(judge({ 'package.json': { ...manifest, dependencies: { ws: version } } })).toContain(
    `ws is "${version}", not one exact version`,
  )
})

test('takes an exact version under another name, and our own packages as they are', () => {
  const dependencies = { ws: 'npm:@other/ws@8.23.0', '@antechamber/core': '*' }
  const lock = { packages: { ...good['package-lock.json'].packages, '': { dependencies } } }
  expect(judge({ 'package.json': { ...manifest, dependencies }, 'package-lock.json': lock })).toEqual([])
})

test('refuses a lockfile that names a host, lacks a hash, or is behind', () => {
  /** @param {object} entry */
  const withEntry = (entry) => ({
    'package-lock.json': { packages: { ...good['package-lock.json'].packages, 'node_modules/ws': entry } },
  })
  expect(judge(withEntry({ integrity: 'sha512-AAAA', resolved: 'https://packages.example.org/ws.tgz' }))).toEqual([
    expect.stringContaining('names a host'),
  ])
  expect(judge(withEntry({ version: '8.23.0' }))).toEqual(['node_modules/ws has no hash'])
  expect(judge({ 'package-lock.json': { packages: { '': { dependencies: { ws: '8.22.0' } } } } })).toEqual([
    'is behind package.json; run npm install',
  ])
})

test('refuses a dependency without a reason, and a reason without a dependency', () => {
  expect(judge({ 'docs/dependencies.md': '| `ws` | relay | |\n' })).toEqual(['no reason for ws'])
  expect(judge({ 'docs/dependencies.md': `${good['docs/dependencies.md']}| \`gone\` | relay | once |\n` })).toEqual([
    'gone is no dependency of ours',
  ])
})

// Put together here, so that this file itself has no such trace.
test.each([
  ['/ho', 'me/ada/main'],
  ['/Us', 'ers/ada'],
  ['/ro', 'ot/.npm'],
  ['/wo', 'rk/main'],
  ['https://regi', 'stry.npmjs.org/ws'],
])('refuses a trace of a machine or a registry: %s%s', (start, end) => {
  expect(judge({ 'docs/notes.md': `see ${start}${end}` })).toEqual([expect.stringContaining('is a place elsewhere')])
})

test('takes addresses in the product itself for what they are', () => {
  expect(judge({ 'docs/notes.md': 'open https://example.org/home/page or ./work/main or /desk' })).toEqual([])
})
