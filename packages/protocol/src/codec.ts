import { concat, fromUtf8, utf8 } from './bytes.ts'
import { err, ok, type Result } from './result.ts'

/**
 * Why bytes are not what was expected. `field` is the path to the field, `at` the offset of its first byte.
 * `too-large` is told before anything is read.
 */
export interface DecodeFault {
  readonly code: 'too-large' | 'truncated' | 'trailing' | 'bad-value' | 'unknown-version'
  readonly field: string
  readonly at: number
}

class Fault extends Error {
  readonly code: DecodeFault['code']
  readonly at: number
  field = ''
  constructor(code: DecodeFault['code'], at: number) {
    super(code)
    this.code = code
    this.at = at
  }
}

/** A place in bytes that are being read. */
export interface Reader {
  readonly bytes: Uint8Array
  at: number
}

/**
 * One format, both ways. `write` throws RangeError on a value that the format cannot carry: our own mistake.
 * `read` is called through {@link decode}, which turns its faults into values.
 */
export interface Codec<T> {
  readonly write: (value: T) => Uint8Array
  readonly read: (reader: Reader) => T
}

/** Any codec, whatever it carries. */
export interface AnyCodec {
  readonly write: (value: never) => Uint8Array
  readonly read: (reader: Reader) => unknown
}

/** What a codec carries. */
export type Carried<C extends AnyCodec> = ReturnType<C['read']>

function take(reader: Reader, length: number): Uint8Array {
  const { bytes, at } = reader
  if (at + length > bytes.length) throw new Fault('truncated', at)
  reader.at = at + length
  // A copy of its own, even where `bytes` is a Buffer, whose slice would share memory with what came in.
  return new Uint8Array(bytes.subarray(at, at + length))
}

function readInteger(reader: Reader, width: number): number {
  let value = 0
  for (const byte of take(reader, width)) value = value * 256 + byte
  return value
}

function writeInteger(value: number, width: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** width)
    throw new RangeError(`not a u${8 * width}: ${value}`)
  const bytes = new Uint8Array(width)
  let rest = value
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}

const unsigned = (width: number): Codec<number> => ({
  write: (value) => writeInteger(value, width),
  read: (reader) => {
    const at = reader.at
    const value = readInteger(reader, width)
    if (!Number.isSafeInteger(value)) throw new Fault('bad-value', at)
    return value
  },
})

/** Unsigned integers, big-endian. `u64` carries 0 to 2^53 - 1. */
export const u8 = unsigned(1)
export const u16 = unsigned(2)
export const u32 = unsigned(4)
export const u64 = unsigned(8)

/** True or false: one byte, 1 or 0. */
export const flag: Codec<boolean> = {
  write: (value) => Uint8Array.of(value ? 1 : 0),
  read: (reader) => {
    const at = reader.at
    const value = readInteger(reader, 1)
    if (value > 1) throw new Fault('bad-value', at)
    return value === 1
  },
}

/** Exactly `length` bytes. */
export const fixed = (length: number): Codec<Uint8Array> => ({
  write: (value) => {
    if (value.length !== length) throw new RangeError(`expected ${length} bytes, got ${value.length}`)
    return value
  },
  read: (reader) => take(reader, length),
})

/** 0 to `max` bytes behind a u32 length. */
export const bytes = (max: number): Codec<Uint8Array> => ({
  write: (value) => {
    if (value.length > max) throw new RangeError(`expected at most ${max} bytes, got ${value.length}`)
    return concat(writeInteger(value.length, 4), value)
  },
  read: (reader) => {
    const at = reader.at
    const length = readInteger(reader, 4)
    if (length > max) throw new Fault('bad-value', at)
    return take(reader, length)
  },
})

/** All bytes that are left; only as the last field. */
export const rest: Codec<Uint8Array> = {
  write: (value) => value,
  read: (reader) => take(reader, reader.bytes.length - reader.at),
}

/** Text as at most `max` bytes of UTF-8 behind a u32 length. */
export const text = (max: number): Codec<string> => {
  const inner = bytes(max)
  return {
    write: (value) => inner.write(utf8(value)),
    read: (reader) => {
      const at = reader.at
      const value = fromUtf8(inner.read(reader))
      if (value === undefined) throw new Fault('bad-value', at)
      return value
    },
  }
}

/** One of a few values, written as `codec` writes it. */
export const oneOf = <T extends number>(codec: Codec<number>, values: readonly T[]): Codec<T> => ({
  write: codec.write as (value: T) => Uint8Array,
  read: (reader) => {
    const at = reader.at
    const value = codec.read(reader)
    const known = values.find((candidate) => candidate === value)
    if (known === undefined) throw new Fault('bad-value', at)
    return known
  },
})

/** 0 to `max` values behind a u16 count. */
export const list = <T>(codec: Codec<T>, max: number): Codec<readonly T[]> => ({
  write: (values) => {
    if (values.length > max) throw new RangeError(`expected at most ${max} values, got ${values.length}`)
    return concat(writeInteger(values.length, 2), ...values.map(codec.write))
  },
  read: (reader) => {
    const at = reader.at
    const count = readInteger(reader, 2)
    if (count > max) throw new Fault('bad-value', at)
    return Array.from({ length: count }, () => codec.read(reader))
  },
})

/** A value or nothing: one byte, 0 or 1, then the value. */
export const optional = <T>(codec: Codec<T>): Codec<T | undefined> => ({
  write: (value) => (value === undefined ? Uint8Array.of(0) : concat(Uint8Array.of(1), codec.write(value))),
  read: (reader) => {
    const at = reader.at
    const present = readInteger(reader, 1)
    if (present > 1) throw new Fault('bad-value', at)
    return present === 1 ? codec.read(reader) : undefined
  },
})

type Fields = { readonly [name: string]: AnyCodec }
type Struct<F extends Fields> = { readonly [K in keyof F]: Carried<F[K]> }

/** Fields one after the other, in the order in which they are listed. */
export function struct<F extends Fields>(fields: F): Codec<Struct<F>> {
  const entries = Object.entries(fields)
  return {
    write: (value) => concat(...entries.map(([name, codec]) => codec.write(value[name] as never))),
    read: (reader) =>
      Object.fromEntries(entries.map(([name, codec]) => [name, readField(name, codec, reader)])) as Struct<F>,
  }
}

function readField<C extends AnyCodec>(name: string, codec: C, reader: Reader): unknown {
  try {
    return codec.read(reader)
  } catch (fault) {
    if (fault instanceof Fault) fault.field = fault.field === '' ? name : `${name}.${fault.field}`
    throw fault
  }
}

type Variants = {
  readonly [type: string]: readonly [tag: number, codec: AnyCodec]
}
type Variant<V extends Variants> = {
  [K in keyof V]: { readonly type: K } & Carried<V[K][1]>
}[keyof V]

/** One of several structs, told apart by a u8 tag; the value carries the name as `type`. */
export function variant<V extends Variants>(variants: V): Codec<Variant<V>> {
  const byTag = new Map(Object.entries(variants).map(([type, [tag, codec]]) => [tag, { type, codec }]))
  return {
    write: (value) => {
      const [tag, codec] = variants[value.type as string] as Variants[string]
      return concat(Uint8Array.of(tag), codec.write(value as never))
    },
    read: (reader) => {
      const at = reader.at
      const found = byTag.get(readInteger(reader, 1))
      if (found === undefined) throw new Fault('bad-value', at)
      return {
        type: found.type,
        ...(readField(found.type, found.codec, reader) as object),
      } as Variant<V>
    },
  }
}

const constant = (value: number, code: DecodeFault['code']): Codec<number> => ({
  write: () => Uint8Array.of(value),
  read: (reader) => {
    const at = reader.at
    if (readInteger(reader, 1) !== value) throw new Fault(code, at)
    return value
  },
})

/** A constant in front of a format: its magic byte and version. Another version is told as `unknown-version`. */
export const versioned = <T>(magic: number, version: number, codec: Codec<T>): Codec<T> => ({
  write: (value) => concat(Uint8Array.of(magic, version), codec.write(value)),
  read: (reader) => {
    readField('magic', constant(magic, 'bad-value'), reader)
    readField('version', constant(version, 'unknown-version'), reader)
    return codec.read(reader)
  },
})

/** The bytes of a value. Throws RangeError on a value that the format cannot carry. */
export const encode = <T>(codec: Codec<T>, value: NoInfer<T>): Uint8Array => codec.write(value)

/**
 * The value of bytes from outside, or the first fault. All bytes must be used.
 *
 * @param maxBytes longer input is refused unread
 */
export function decode<T>(codec: Codec<T>, input: Uint8Array, maxBytes: number): Result<T, DecodeFault> {
  if (input.length > maxBytes) return err({ code: 'too-large', field: '', at: maxBytes })
  const reader: Reader = { bytes: input, at: 0 }
  try {
    const value = codec.read(reader)
    return reader.at === input.length ? ok(value) : err({ code: 'trailing', field: '', at: reader.at })
  } catch (fault) {
    if (fault instanceof Fault) return err({ code: fault.code, field: fault.field, at: fault.at })
    throw fault
  }
}
