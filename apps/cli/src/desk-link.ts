/** What a convenor's link says: where the relay is, and the secret that opens dialogues there. */
export interface Desk {
  /** Scheme and host, without a path. */
  readonly origin: string
  readonly secret: Uint8Array
}

/** Reads `<origin>/desk#d1.<secret>`; undefined for anything else. */
export function parseDeskLink(link: string): Desk | undefined {
  if (!URL.canParse(link)) return undefined
  const { origin, protocol, hash } = new URL(link)
  const secret = /^#d1\.([A-Za-z0-9_-]{43})$/.exec(hash)?.[1]
  if (secret === undefined || !['http:', 'https:'].includes(protocol)) return undefined
  return { origin, secret: new Uint8Array(Buffer.from(secret, 'base64url')) }
}
