/** JSON with the fields of every object in the order of their names: one text for one value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, part]) => part !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join(',')}}`
}

/** Sizes that are known: a value of the core is never written to, and a changed one has most of its parts in common. */
const known = new WeakMap<object, number>()

/**
 * How many bytes {@link canonicalJson} has in UTF-8.
 *
 * Cost: linear in what has not been measured before. Ask only of values that nobody writes to.
 */
export function bytesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return utf8Bytes(JSON.stringify(value))
  const before = known.get(value)
  if (before !== undefined) return before
  const parts = Array.isArray(value)
    ? value.map(bytesOf)
    : Object.entries(value).flatMap(([name, part]) =>
        part === undefined ? [] : [utf8Bytes(JSON.stringify(name)) + 1 + bytesOf(part)],
      )
  const bytes = parts.reduce((sum, part) => sum + part, 2 + Math.max(0, parts.length - 1))
  known.set(value, bytes)
  return bytes
}

/** Of a text without halves of characters, which JSON never has. */
function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a pair counts two.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2
  }
  return bytes
}
