/**
 * What every answer carries. Pages may use the product's own files and nothing else (WR17); `svelte-trusted-html` and
 * `sw` are the two Trusted Types policies of the web app: templates of the framework, and the service worker's address.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html sw',
].join('; ')

const DENIED = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb', 'browsing-topics']

/** @param overTls whether people reach the relay by https */
export function securityHeaders(overTls: boolean): ReadonlyMap<string, string> {
  const headers = new Map([
    ['content-security-policy', POLICY],
    ['cross-origin-embedder-policy', 'require-corp'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['permissions-policy', DENIED.map((feature) => `${feature}=()`).join(', ')],
    ['referrer-policy', 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['x-robots-tag', 'noindex, nofollow'],
  ])
  if (overTls) headers.set('strict-transport-security', 'max-age=31536000')
  return headers
}
