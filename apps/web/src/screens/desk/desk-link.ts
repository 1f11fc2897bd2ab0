const DESK_LINK = /^d1\.([A-Za-z0-9_-]{43})$/

/** The secret of a desk link's part after `#` (`d1.<base64url>`), or undefined for what can be none. */
export function parseDeskLink(fragment: string): Uint8Array | undefined {
  const [, text] = DESK_LINK.exec(fragment) ?? []
  if (text === undefined) return undefined
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))
}
