import { concat, utf8 } from './bytes.ts'
import { bytes, encode } from './codec.ts'

const field = bytes(2 ** 24)

/**
 * The one way in which anything is prepared to be signed, hashed or derived from: `antechamber/v1/<purpose>`, then the
 * fields, each behind its u32 length, so that no two different lists of fields give the same bytes.
 *
 * Source: docs/spec/chapters.md, rule CH1.
 */
export const tagged = (purpose: string, ...fields: readonly Uint8Array[]): Uint8Array =>
  concat(...[utf8(`antechamber/v1/${purpose}`), ...fields].map((part) => encode(field, part)))
