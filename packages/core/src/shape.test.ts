import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charterShape } from './charter.ts'
import { list, object, optional, record, text, whole } from './shape.ts'
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
