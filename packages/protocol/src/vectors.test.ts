import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import { type Codec, decode, encode } from './codec.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'
import { SAMPLES } from './testing/samples.ts'

const pathOf = (file: string) => fileURLToPath(new URL(`../../../vectors/protocol/${file}.json`, import.meta.url))

/** A value with its bytes in hexadecimal; what is not there is null. */
const asJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? toHex(part) : part === undefined ? null : part)),
  )

const vectorsOf = (file: string) =>
  (SAMPLES[file] ?? []).map(([what, codec, value]) => ({
    what,
    value: asJson(value),
    bytes: toHex(encode(codec as Codec<unknown>, value)),
  }))

test.each(Object.keys(SAMPLES))('[WR2] the vectors in %s.json are what the formats give', async (file) => {
  await expect(`${JSON.stringify(vectorsOf(file), null, 2)}\n`).toMatchFileSnapshot(pathOf(file))
})

test.each(Object.keys(SAMPLES))('[WR2] the bytes in %s.json decode to their values', async (file) => {
  const vectors = JSON.parse(await readFile(pathOf(file), 'utf8')) as ReturnType<typeof vectorsOf>
  for (const [i, { what, value, bytes }] of vectors.entries()) {
    const codec = SAMPLES[file]?.[i]?.[1] as Codec<unknown>
    const decoded = decode(codec, fromHex(bytes) as Uint8Array, MAX_MESSAGE_BYTES)
    expect([what, decoded.ok && asJson(decoded.value)]).toEqual([what, value])
  }
})
