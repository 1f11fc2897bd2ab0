import { expect, test } from 'vitest'
import { argumentsOf, interfaceSource, languageSource, leaves, mistakesIn } from './messages.mjs'

const written = {
  en: '{n, plural, one {# person has written} other {# people have written}}',
  ar: '{n, plural, zero {لا أحد} one {كتب شخص واحد} two {كتب شخصان} few {كتب # أشخاص} many {كتب # شخصًا} other {كتب # شخص}}',
}
const good = {
  en: { room: { title: 'Room', written: written.en } },
  ar: { room: { title: 'غرفة', written: written.ar } },
}

test('finds nothing wrong with messages that all languages have', () => {
  expect(mistakesIn(good)).toEqual([])
})

test('a message that one language lacks is a mistake, whichever language it is', () => {
  expect(mistakesIn({ en: { a: 'A', b: 'B' }, ar: { a: 'أ' } })).toEqual(['ar lacks b'])
  expect(mistakesIn({ en: { a: 'A' }, ar: { a: 'أ', c: 'ج' } })).toEqual(['en lacks c'])
})

test('Arabic plurals need all six forms', () => {
  const found = mistakesIn({
    ...good,
    ar: { room: { title: 'غرفة', written: '{n, plural, one {شخص} other {أشخاص}}' } },
  })
  expect(found).toEqual(['ar room.written: plural of n lacks few, many, two, zero'])
})

test('a form that the language does not know, a broken text and a wrong argument are mistakes', () => {
  expect(mistakesIn({ en: { a: '{n, plural, one {x} other {y}' } })[0]).toMatch(/^en a: /)
  expect(mistakesIn({ en: { a: '{name} is here' }, ar: { a: '{who} هنا' } })).toEqual([
    'ar a: takes (who), another language takes (name)',
  ])
})

test('tells the shape of each argument', () => {
  expect([...argumentsOf('{name} at {t, time}, {n, number}').shapes]).toEqual([
    ['name', 'text'],
    ['t', 'time'],
    ['n', 'number'],
  ])
  expect([...argumentsOf('{n} of {n, plural, one {#} other {#}}').shapes]).toEqual([['n', 'number']])
})

test('the interface has strings for plain texts and typed functions for the rest', () => {
  const source = interfaceSource({ ...good.en, how: '{kind, select, fear {a} need {b}}' } as never)
  expect(source).toContain('readonly "title": string')
  expect(source).toContain('readonly "written": (d: { n: number }) => string')
  expect(source).toContain('readonly "how": (d: { kind: "fear" | "need" }) => string')
})

test('a compiled language holds plain texts as they are read, without ICU quoting', () => {
  const source = languageSource('en', { a: "It''s '{open}'", b: '{name} waits' })
  expect(source).toContain(`"a": "It's {open}"`)
  expect(source).toContain('"b": compiled["b"]')
})

test('lists the leaves of a tree in order', () => {
  expect(leaves({ a: 'x', b: { c: 'y' } })).toEqual([
    ['a', 'x'],
    ['b.c', 'y'],
  ])
})
