import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readMessages } from './generate.mjs'
import { leaves } from './messages.mjs'

const byLanguage = await readMessages()
const everyText = Object.entries(byLanguage).flatMap(([language, tree]) =>
  leaves(tree).map(([path, text]) => ({ at: `${language} ${path}`, text })),
)

test('no message raises its voice', () => {
  expect(everyText.filter(({ text }) => /[!！]/.test(text))).toEqual([])
})

test('no message speaks of keys or cryptography', () => {
  const words = /\b(keys?|encrypt\w*|cryptograph\w*|cipher\w*)\b|مفتاح|مفاتيح|تشفير|مشفّ?ر/i
  expect(everyText.filter(({ text }) => words.test(text))).toEqual([])
})

test('what a stranger sees tells neither the name of the product nor what it is for', async () => {
  const shown = everyText.filter(({ at }) => /^\w+ (stranger|page)\./.test(at)).map(({ text }) => text)
  shown.push(await readFile(fileURLToPath(new URL('../index.html', import.meta.url)), 'utf8'))
  const telling = /antechamber|dialogue|conflict|peace|mediat|negotiat|facilitat|حوار|سلام|نزاع|صراع|تفاوض|وساطة|ميسّ?ر/i
  expect(shown.filter((text) => telling.test(text))).toEqual([])
})

test('words in the two languages never mix', () => {
  const strange = everyText.filter(({ at, text }) => {
    const words = text.replace(/\{[^{}]*\}|\{\w+, \w+,|\w+ (?=\{)|TLS_\w+|https?:\/\/\w*|Escape/g, ' ')
    return at.startsWith('ar')
      ? /[A-Za-z]{4,}/.test(words.replace(/\b(zero|one|two|few|many|other)\b/g, ''))
      : /[؀-ۿ]/.test(words)
  })
  expect(strange).toEqual([])
})
