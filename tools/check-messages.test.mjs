import { expect, test } from 'vitest'
import { checkMessages, mistakesInTexts } from './check-messages.mjs'
import { makeTree } from './testing/tree.mjs'

const LANGUAGES = ['ar', 'en']

test('passes texts that are there in every language, however deep', () => {
  const process = { name: { en: 'Round', ar: 'جولة' }, stages: [{ id: 's1', purpose: { en: 'Listen', ar: 'استماع' } }] }
  expect(mistakesInTexts(process, LANGUAGES)).toEqual([])
})

test('refuses a text that lacks a language, is empty in one, or has one that is not shipped', () => {
  expect(mistakesInTexts({ stages: [{ purpose: { en: 'Listen' } }] }, LANGUAGES)).toEqual([
    'stages.0.purpose: no text in ar',
  ])
  expect(mistakesInTexts({ name: { en: 'Round', ar: ' ' } }, LANGUAGES)).toEqual(['name: no text in ar'])
  expect(mistakesInTexts({ name: { en: 'Round', ar: 'جولة', xx: 'R' } }, LANGUAGES)).toEqual([
    'name: "xx" is not a shipped language',
  ])
})

test('looks into the processes that ship', async () => {
  const root = makeTree({ 'packages/core/processes/first.json': { name: { en: 'First' } } })
  expect(await checkMessages(root)).toEqual([
    { where: 'packages/core/processes/first.json', problem: 'name: no text in ar' },
  ])
})

test('tells what the web app’s own check finds, and a language without messages', async () => {
  const root = makeTree({
    'apps/web/build/generate.mjs': `export const readMessages = async () => ({ en: {} })`,
    'apps/web/build/messages.mjs': `export const mistakesIn = () => ['en lacks room.leave']`,
  })
  expect((await checkMessages(root)).map(({ problem }) => problem)).toEqual(['ar: no messages', 'en lacks room.leave'])
})
