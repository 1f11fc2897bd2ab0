import { match, type Shape } from './shape.ts'

/** What is written in a round is sealed to this while it is open: an X-Wing public key, 1,622 characters of base64url. */
export type RoundKey = string & { readonly brand: 'RoundKey' }
/** What opens what was sealed to a {@link RoundKey}: 43 characters of base64url. */
export type RoundSecret = string & { readonly brand: 'RoundSecret' }

export const roundKeyShape: Shape<RoundKey> = match<RoundKey>(/^[A-Za-z0-9_-]{1622}$/, 'the key of a round')
export const roundSecretShape: Shape<RoundSecret> = match<RoundSecret>(
  /^[A-Za-z0-9_-]{43}$/,
  'what opens the key of a round',
)

/** The key of a round that has closed, and what opens it, unless nobody had that any more (RD9). */
export interface EndedKey {
  readonly key: RoundKey
  readonly secret?: RoundSecret
}
