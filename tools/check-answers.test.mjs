import { expect, test } from 'vitest'
import { checkAnswers } from './check-answers.mjs'
import { makeTree } from './testing/tree.mjs'

const CHECK = `
type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }
declare function verify(): Result<string, 'bad'>
declare function verifyLater(): Promise<Result<string, 'bad'>>
declare function say(): string
`

test('refuses an answer that nobody reads, at once or later, and passes the others', () => {
  const root = makeTree({
    'packages/core/src/a.ts': `${CHECK}
export async function walk(): Promise<void> {
  verify()
  await verifyLater()
  say()
  if (!verify().ok) say()
  const later = await verifyLater()
  if (later.ok) say()
}`,
  })
  expect(checkAnswers(root)).toEqual([
    { where: 'packages/core/src/a.ts:8', problem: 'nobody reads what verify answers' },
    { where: 'packages/core/src/a.ts:9', problem: 'nobody reads what await verifyLater answers' },
  ])
})
