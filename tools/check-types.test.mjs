import { expect, test } from 'vitest'
import { checkTypes, listProjects } from './check-types.mjs'
import { repoRoot } from './lib/repo.mjs'
import { makeTree } from './testing/tree.mjs'

/** A project with the very settings of the core. */
const likeTheCore = { extends: `${repoRoot}/packages/core/tsconfig.json`, include: ['src/**/*.ts'] }

test('finds the projects of packages and apps, the base not among them', () => {
  const root = makeTree({
    'tsconfig.base.json': {},
    'tsconfig.json': {},
    'packages/core/tsconfig.json': {},
    'packages/client/tsconfig.node.json': {},
    'apps/web/tsconfig.json': {},
    'apps/web/other.json': {},
  })
  expect(listProjects(root)).toEqual([
    'apps/web/tsconfig.json',
    'tsconfig.json',
    'packages/client/tsconfig.node.json',
    'packages/core/tsconfig.json',
  ])
})

test('refuses a core that reaches for the world', async () => {
  const root = makeTree({
    'packages/core/tsconfig.json': likeTheCore,
    'packages/core/src/a.ts': `export const x = fetch('/')\nexport const y = process.env\nconsole.log(setTimeout)\n`,
  })
  const [finding] = await checkTypes(root)
  for (const name of ['fetch', 'process', 'console', 'setTimeout']) expect(finding?.problem).toContain(`'${name}'`)
})

test('passes a project that is right, and one without any source yet', async () => {
  const root = makeTree({
    'packages/core/tsconfig.json': likeTheCore,
    'packages/core/src/a.ts': `export const one: number = 1\n`,
    'packages/client/tsconfig.json': likeTheCore,
  })
  expect(await checkTypes(root)).toEqual([])
})
