import { toBase64Url, toHex, utf8 } from '@antechamber/protocol'

/** A text as it could stand in bytes: plain, UTF-16, hexadecimal, and base64 at each of its three places. */
export function disguises(text: string): readonly Uint8Array[] {
  const plain = utf8(text)
  const shifted = [0, 1, 2].map((by) => toBase64Url(new Uint8Array([...new Uint8Array(by), ...plain])))
  // Letters that also depend on what stands before or after the text are left out.
  const inBase64 = shifted.map((letters, by) => letters.slice(by === 0 ? 0 : by + 1, letters.length - 2))
  const texts = [
    toHex(plain),
    ...inBase64,
    ...inBase64.map((letters) => letters.replaceAll('-', '+').replaceAll('_', '/')),
  ]
  return [plain, new Uint8Array(Buffer.from(text, 'utf16le')), ...texts.map(utf8)]
}

/**
 * Which texts stand in which places, in whatever disguise, as `<text> in <place>`.
 *
 * Cost: each place is read nine times for each text.
 */
export function findTexts(texts: readonly string[], places: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const wanted = texts.map((text) => ({ text, parts: disguises(text).map((part) => Buffer.from(part)) }))
  return [...places].flatMap(([place, bytes]) => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const found = wanted.filter(({ parts }) => parts.some((part) => buffer.includes(part)))
    return found.map(({ text }) => `${text} in ${place}`)
  })
}
