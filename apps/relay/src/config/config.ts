import { dirname, join, resolve } from 'node:path'
import { err, ok, type Result } from '@antechamber/protocol'
import { LOG_LEVELS, type LogLevel } from '../log.ts'

/** Times after which the relay acts by itself. Tests move the clock instead of shortening them, but for the last. */
export interface Timing {
  readonly loginMs: number
  readonly pingMs: number
  readonly stallMs: number
  readonly sweepMs: number
  /** A connection on which nothing moves for so long is cut, also while an answer waits to be read. Node's own timer. */
  readonly idleMs: number
}

export interface RelayConfig {
  readonly port: number
  readonly host: string
  /** Where people reach the relay, without a path; undefined when it is for this machine only. */
  readonly publicUrl: URL | undefined
  readonly dataDir: string
  /** A PostgreSQL that several relays may share; undefined for a database in the data folder. It may hold a password. */
  readonly databaseUrl: string | undefined
  readonly shareKeyFile: string
  /** How long the operator keeps backups: what receipts promise. */
  readonly backupDays: number
  readonly webDir: string | undefined
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly metricsPort: number | undefined
  /** Proxies in front of the relay whose X-Forwarded-For is believed; 0 believes nobody's. */
  readonly trustedProxies: number
  readonly logLevel: LogLevel
  /** Multiplies all rates (rates.ts). */
  readonly rateScale: number
  readonly timing: Timing
}

export const TIMING: Timing = { loginMs: 10_000, pingMs: 30_000, stallMs: 30_000, sweepMs: 60_000, idleMs: 60_000 }

/** One mistake in the environment: the variable, and a sentence for the operator. */
export interface ConfigFault {
  readonly variable: string
  readonly problem: string
}

/** The environment as it came, names as in docs/operate/README.md. */
export type Environment = { readonly [name: string]: string | undefined }

class Faults {
  readonly all: ConfigFault[] = []
  add(variable: string, problem: string): undefined {
    this.all.push({ variable, problem })
  }
}

function wholeNumber(env: Environment, variable: string, fallback: number, max: number, faults: Faults): number {
  const text = env[variable]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= max) return value
  faults.add(variable, `must be a whole number from 0 to ${max}`)
  return fallback
}

function publicUrl(env: Environment, faults: Faults): URL | undefined {
  const text = env['PUBLIC_URL']
  if (text === undefined || text === '') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return faults.add('PUBLIC_URL', 'must be an address such as https://dialogue.example.org')
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    return faults.add('PUBLIC_URL', 'must have no path, question mark, hash or user name')
  }
  return url
}

function tls(env: Environment, faults: Faults): RelayConfig['tls'] {
  const certFile = env['TLS_CERT'] ?? ''
  const keyFile = env['TLS_KEY'] ?? ''
  if (certFile === '' && keyFile === '') return undefined
  if (certFile === '') return faults.add('TLS_CERT', 'is missing, though TLS_KEY is given')
  if (keyFile === '') return faults.add('TLS_KEY', 'is missing, though TLS_CERT is given')
  return { certFile: resolve(certFile), keyFile: resolve(keyFile) }
}

function logLevel(env: Environment, faults: Faults): LogLevel {
  const text = env['LOG_LEVEL'] || 'warn'
  const level = LOG_LEVELS.find((known) => known === text)
  if (level === undefined) faults.add('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`)
  return level ?? 'warn'
}

function rateScale(env: Environment, faults: Faults): number {
  const text = env['RATE_SCALE'] || '1'
  const value = Number(text)
  if (Number.isFinite(value) && value > 0 && value <= 1_000_000) return value
  faults.add('RATE_SCALE', 'must be a number greater than 0, at most 1000000')
  return 1
}

function databaseUrl(env: Environment, faults: Faults): string | undefined {
  const text = env['DATABASE_URL']
  if (text === undefined || text === '') return undefined
  const isGood = URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol)
  return isGood
    ? text
    : faults.add('DATABASE_URL', 'must be an address such as postgres://user:password@host:5432/name')
}

/** The key must not travel with the database it protects: it may be beside it, but not be it. */
function shareKeyFile(env: Environment, dataDir: string, faults: Faults): string {
  const path = resolve(env['KEK_FILE'] || join(dataDir, 'keys', 'share.key'))
  if (path === databaseFile(dataDir)) faults.add('KEK_FILE', 'must not be the database itself')
  return path
}

/** The key that receipts are signed with lies beside the key of the shares. */
export const receiptKeyFile = (shareKeyFile: string): string => join(dirname(shareKeyFile), 'receipt.key')

export const databaseFile = (dataDir: string): string => join(dataDir, 'relay.sqlite')

/**
 * The configuration that an environment describes, or every mistake in it.
 *
 * Without TLS the relay listens on this machine only, unless HOST says otherwise: a plain-text port that is open to a
 * network helps nobody, since browsers refuse such a page the means to seal anything.
 *
 * @param defaultWebDir where the web app's files are when WEB_DIR does not say
 */
export function buildConfig(
  env: Environment,
  defaultWebDir: string | undefined,
): Result<RelayConfig, readonly ConfigFault[]> {
  const faults = new Faults()
  const dataDir = resolve(env['DATA_DIR'] || 'data')
  const withTls = tls(env, faults)
  const webDir = env['WEB_DIR'] || defaultWebDir
  const config: RelayConfig = {
    port: wholeNumber(env, 'PORT', 8400, 65535, faults),
    host: env['HOST'] || (withTls === undefined ? '127.0.0.1' : '::'),
    publicUrl: publicUrl(env, faults),
    dataDir,
    databaseUrl: databaseUrl(env, faults),
    shareKeyFile: shareKeyFile(env, dataDir, faults),
    backupDays: wholeNumber(env, 'BACKUP_DAYS', 30, 3650, faults),
    webDir: webDir === undefined ? undefined : resolve(webDir),
    tls: withTls,
    metricsPort: env['METRICS_PORT'] ? wholeNumber(env, 'METRICS_PORT', 0, 65535, faults) : undefined,
    trustedProxies: wholeNumber(env, 'TRUST_PROXY', 0, 8, faults),
    logLevel: logLevel(env, faults),
    rateScale: rateScale(env, faults),
    timing: TIMING,
  }
  if (withTls !== undefined && config.publicUrl?.protocol === 'http:') {
    faults.add('PUBLIC_URL', 'must begin with https, since TLS_CERT is given')
  }
  return faults.all.length === 0 ? ok(config) : err(faults.all)
}
