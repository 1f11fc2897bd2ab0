const RECORD_NAME = /^[\x21-\x7e]{1,255}$/

/**
 * Refuses names that could hold what a person wrote: 1 to 255 printable ASCII characters, no space.
 * Throws RangeError (a caller's bug). Source: docs/spec/store.md, rule ST8.
 */
export function demandRecordName(name: string): void {
  if (!RECORD_NAME.test(name)) throw new RangeError('a record is named in 1 to 255 printable ASCII characters')
}
