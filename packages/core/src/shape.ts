import { err, ok, type Result } from './result.ts'

/** Where a value from outside is not what was expected: the path to the field, and what was expected there. */
export interface ShapeFault {
  readonly code: 'bad-shape'
  readonly field: string
  readonly expected: string
}

/** Checks a value from outside and gives it its type. Unknown fields are dropped. */
export interface Shape<T> {
  readonly read: (value: unknown, field: string) => Result<T, ShapeFault>
}

/** What a shape gives. */
export type Shaped<S> = S extends Shape<infer T> ? T : never

const fault = (field: string, expected: string): Result<never, ShapeFault> =>
  err({ code: 'bad-shape', field, expected })

const test = <T>(expected: string, holds: (value: unknown) => boolean): Shape<T> => ({
  read: (value, field) => (holds(value) ? ok(value as T) : fault(field, expected)),
})

/** Control characters but line breaks, halves of characters, and what shows a text in another order than it is in. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
const REFUSED = /[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u

/** Text of 1 to `max` Unicode code points (0 to `max` with `min` 0), none of them one that {@link REFUSED} has. */
export const text = (max: number, min = 1): Shape<string> =>
  test(`text of ${min} to ${max} characters`, (value) => {
    if (typeof value !== 'string' || value.length > 2 * max) return false
    const length = [...value].length
    return length >= min && length <= max && !REFUSED.test(value)
  })

/** Text that matches `pattern`, told as `expected`. */
export const match = <T extends string = string>(pattern: RegExp, expected: string): Shape<T> =>
  test(expected, (value) => typeof value === 'string' && pattern.test(value))

/** What `shape` gives, if `holds` says so of it; told as `expected`. */
export const where = <T>(shape: Shape<T>, expected: string, holds: (value: T) => boolean): Shape<T> => ({
  read: (value, field) => {
    const read = shape.read(value, field)
    return !read.ok || holds(read.value) ? read : fault(field, expected)
  },
})

/** A short name of small letters, digits and hyphens, of which objects are keyed: none that every object has by birth. */
export const NAME = /^(?!constructor$)[a-z][a-z0-9-]{0,39}$/
export const name = match(NAME, 'a name of small letters, digits and hyphens')

/** Anything; somebody else checks it. */
export const anything: Shape<unknown> = { read: (value) => ok(value) }

/** An id of 22 base64url characters. */
export const ID = /^[A-Za-z0-9_-]{22}$/
export const id = <T extends string>(): Shape<T> => match<T>(ID, 'an id')

/** An Ed25519 signature in base64url. */
export const signatureShape = match(/^[A-Za-z0-9_-]{86}$/, 'a signature')

/** A whole number from `min` to `max`. */
export const whole = <T extends number = number>(min: number, max: number): Shape<T> =>
  test(`a whole number from ${min} to ${max}`, (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max)

export const flag: Shape<boolean> = test('true or false', (value) => typeof value === 'boolean')

/** One of the texts listed. */
export const oneOf = <const T extends string>(...values: readonly T[]): Shape<T> =>
  test(`one of ${values.join(', ')}`, (value) => values.includes(value as T))

/** Nothing, or what `shape` gives. */
export const optional = <T>(shape: Shape<T>): Shape<T | undefined> => ({
  read: (value, field) => (value === undefined ? ok(undefined) : shape.read(value, field)),
})

/** `min` to `max` values of one shape. */
export const list = <T>(shape: Shape<T>, max: number, min = 0): Shape<readonly T[]> => ({
  read: (value, field) => {
    if (!Array.isArray(value) || value.length > max || value.length < min)
      return fault(field, `a list of ${min} to ${max}`)
    const read: T[] = []
    for (const [i, part] of value.entries()) {
      const result = shape.read(part, `${field}[${i}]`)
      if (!result.ok) return result
      read.push(result.value)
    }
    return ok(read)
  },
})

type Fields = Readonly<Record<string, Shape<unknown>>>

/** An object with these fields; a field whose shape gives undefined is left out. */
export const object = <F extends Fields>(fields: F): Shape<{ readonly [K in keyof F]: Shaped<F[K]> }> => ({
  read: (value, field) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(field, 'an object')
    const read: Record<string, unknown> = {}
    for (const [name, shape] of Object.entries(fields)) {
      const result = shape.read((value as Record<string, unknown>)[name], field === '' ? name : `${field}.${name}`)
      if (!result.ok) return result
      if (result.value !== undefined) read[name] = result.value
    }
    return ok(read as { [K in keyof F]: Shaped<F[K]> })
  },
})

/** An object with `min` to `max` keys that `key` allows, and values of one shape. */
export const record = <T>(key: RegExp, shape: Shape<T>, max: number, min = 0): Shape<Readonly<Record<string, T>>> => ({
  read: (value, field) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(field, 'an object')
    const entries = Object.entries(value)
    if (entries.length > max || entries.length < min) return fault(field, `an object of ${min} to ${max} fields`)
    const read: Record<string, T> = {}
    for (const [name, part] of entries) {
      if (!key.test(name)) return fault(`${field}.${name}`, `a name like ${key.source}`)
      const result = shape.read(part, `${field}.${name}`)
      if (!result.ok) return result
      read[name] = result.value
    }
    return ok(read)
  },
})
