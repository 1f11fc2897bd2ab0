import { renderUnicodeCompact } from 'uqr'
import type { RelayConfig } from './config/config.ts'
import type { Relay } from './relay.ts'

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const OPERATE = 'docs/operate/README.md'

/** Where the relay can be reached from, in sentences for somebody who has never done this before. */
export function reachability({ publicUrl, tls }: Pick<RelayConfig, 'publicUrl' | 'tls'>, url: string): string[] {
  if (publicUrl === undefined && tls === undefined) {
    return [
      `It can be opened on this machine only, at ${url}`,
      'Phones and other computers need an address that begins with https: put a certificate into TLS_CERT and TLS_KEY,',
      `or place a web server in front, and set PUBLIC_URL. ${OPERATE} shows both.`,
    ]
  }
  if (publicUrl === undefined) {
    return [
      `It is served with your certificate, at ${url}`,
      'Set PUBLIC_URL to the name in the certificate: log-ins are signed for it, and links need it to work elsewhere.',
    ]
  }
  if (publicUrl.protocol === 'http:' && !LOOPBACK.test(publicUrl.hostname)) {
    return [
      `PUBLIC_URL is ${url}, which is not safe: browsers on other machines will refuse to open a dialogue there.`,
      `It must begin with https; ${OPERATE} shows how.`,
    ]
  }
  return [`People reach it at ${url}`]
}

/** The lines of a QR code of a link; none for an address at which a phone would look for the server on itself. */
export const qrCode = (link: string): readonly string[] =>
  LOOPBACK.test(new URL(link).hostname) ? [] : ['', ...renderUnicodeCompact(link).split('\n')]

const indent = (lines: readonly string[]): string => lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')

/**
 * What `serve` prints once the relay runs. A link is made and shown on the first start only: made at each start, links
 * would gather in terminals and service logs, each of them good for opening dialogues.
 *
 * @param deskLink the link that was made just now, if one was
 */
export function welcome(relay: Relay, config: RelayConfig, deskLink: string | undefined): string {
  const lines = ['', 'Antechamber is running.', '']
  lines.push(...reachability(config, relay.url), '')
  if (deskLink === undefined) {
    lines.push(
      "The convenor's link that was shown at the first start is still good. If it is lost:",
      '  npx antechamber desk-link            prints another one',
      '  npx antechamber desk-link --revoke   ends all that there are',
    )
  } else {
    lines.push(
      "The convenor's link. Open it, or give it to whoever is to set up dialogues. It is a key: this server keeps no",
      'copy and will not show it again.',
      '',
      deskLink,
      ...qrCode(deskLink),
    )
  }
  if (relay.pageCount === 0) lines.push('', 'The web pages are not built yet: run "npm run build" and start again.')
  lines.push('', 'Press Ctrl-C to stop. Nothing is lost: everything is kept in', config.dataDir, '')
  return `${indent(lines)}\n`
}
