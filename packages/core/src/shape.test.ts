import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charterShape } from './charter.ts'
import { list, object, optional, record, text, whole } from './shape.ts'
import { sideShape, spaceShape } from './space.ts'
import { charter } from './testing/dialogue.ts'

const holds = (shape: { read: (value: unknown, field: string) => { ok: boolean } }, value: unknown) =>
  shape.read(value, 'x').ok

test('[DG1] text is counted in code points, and has no control character but line breaks', () => {
  expect(holds(text(3), '🕊🕊🕊')).toBe(true)
  expect(holds(text(3), '🕊🕊🕊🕊')).toBe(false)
  expect(holds(text(3), '')).toBe(false)
  expect(holds(text(3, 0), '')).toBe(true)
  expect(holds(text(9), 'a\nb')).toBe(true)
  for (const bad of ['a\rb', 'a\tb', '\u0000', '\u007f', '\ud800', '\udc00a']) expect(holds(text(9), bad)).toBe(false)
})

test('[DG1] text is in the order in which it is shown: what reorders it is refused, marks and joiners are not', () => {
  for (const code of [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069])
    expect(holds(text(99), `We pay ${String.fromCodePoint(code)}0002 dinars.`)).toBe(false)
  for (const good of [
    '(مرحبا)\u200f 12\u200e-3',
    'שלום\u200f!',
    'می\u200cخواهیم',
    '👩🏽\u200d🚀 ❤️\u200d🔥',
    '\u061c12',
  ])
    expect(holds(text(99), good)).toBe(true)
})

test('[DG1][DG2] a side has no name that every object has by birth', () => {
  expect(holds(sideShape, 'north')).toBe(true)
  expect(holds(sideShape, 'constructor')).toBe(false)
  expect(holds(spaceShape, 'caucus:north')).toBe(true)
  expect(holds(spaceShape, 'caucus:constructor')).toBe(false)
})

test('[DG1] shapes take any value without failing, drop unknown fields, and say where a value is wrong', () => {
  const shape = object({ a: list(object({ n: whole(1, 5) }), 3), b: optional(record(/^[a-z]$/, text(5), 2)) })
  fc.assert(fc.property(fc.anything(), (value) => typeof shape.read(value, '').ok === 'boolean'))
  expect(shape.read({ a: [{ n: 1, m: 2 }], c: 3 }, '')).toEqual({ ok: true, value: { a: [{ n: 1 }] } })
  const wrong = (value: unknown) => {
    const read = shape.read(value, '')
    return read.ok ? undefined : read.error.field
  }
  expect(wrong({ a: [{ n: 1 }, { n: 6 }] })).toBe('a[1].n')
  expect(wrong({ a: [], b: { x: '' } })).toBe('b.x')
  expect(wrong({ a: [], b: { xx: 'y' } })).toBe('b.xx')
  expect(wrong({})).toBe('a')
})

test('[DG1] a name that every object has by birth is no key of a record', () => {
  const shape = record(/^[a-z_]+$/, text(5), 5)
  const read = shape.read(JSON.parse('{"__proto__": "x"}'), '')
  expect(Object.getPrototypeOf(read.ok && read.value)).toBe(Object.prototype)
})

test('[DG5] a charter is read as it was written', () => {
  expect(charterShape.read(JSON.parse(JSON.stringify(charter)), '')).toEqual({ ok: true, value: charter })
})
