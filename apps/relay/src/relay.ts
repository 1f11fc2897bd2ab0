import type { IncomingMessage } from 'node:http'
import { type Bus, processBus } from './bus.ts'
import { type Clock, systemClock } from './clock.ts'
import type { RelayConfig } from './config/config.ts'
import { newDeskLink } from './desk.ts'
import { securityHeaders } from './doors/headers.ts'
import { httpDoors } from './doors/http.ts'
import { readPages } from './doors/pages.ts'
import { createHealth } from './health.ts'
import { type Listening, listen, listenForMetrics, ownHosts, requestNetwork } from './listen.ts'
import { liveDoor } from './live/live.ts'
import { liveSpaces } from './live/spaces.ts'
import { createLog, describeFailure, type Log, type LogDestination } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { memoryRates } from './rates.ts'
import { memoryReceiptKey, type ReceiptSigner } from './receipt-key.ts'
import type { ShareVault } from './share-vault.ts'
import { type Storage, StorageFullError } from './storage/ports.ts'
import { createSweep } from './sweep.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** How long connections may take to close when the relay stops. */
const STOP_MS = 3_000

/** What a relay stands on. `storage` and `vault` belong together: the one keeps what the other seals. */
export interface RelayPorts {
  readonly storage: Storage
  readonly vault: ShareVault
  /** What receipts are signed with; a key that ends with the relay, if it is left out. */
  readonly receipts?: ReceiptSigner
  readonly bus?: Bus
  readonly clock?: Clock
  readonly logTo?: LogDestination
}

/** A running relay. */
export interface Relay {
  /** Where it is reached from, without a path and without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly metricsPort: number | undefined
  readonly pageCount: number
  /** Makes a desk and gives its link. */
  newDeskLink(): Promise<string>
  countDesks(): Promise<number>
  /** Tells every connection, closes the doors, finishes what is being stored, closes the storage. */
  stop(): Promise<void>
}

/** The port for metrics is not to be had. `cause`: Node's own error. */
export class MetricsPortError extends Error {
  override readonly name = 'MetricsPortError'
}

async function openMetrics(port: number, metrics: Metrics): Promise<Listening> {
  try {
    return await listenForMetrics(port, metrics)
  } catch (cause) {
    throw new MetricsPortError(`port ${port} cannot be opened for metrics`, { cause })
  }
}

/** For `desk-link`, which runs in a process, and perhaps an environment, of its own. A full disk is no reason not to start. */
async function rememberOrigin({ desks }: Storage, origin: string, log: Log): Promise<void> {
  try {
    if ((await desks.findOrigin({})) !== origin) await desks.putOrigin({ origin })
  } catch (error) {
    log('error', 'failed', describeFailure(error))
  }
}

/** Shares and their key belong together; a full disk is no reason not to start. */
async function agreeOnKey({ storage, vault }: RelayPorts, log: Log): Promise<void> {
  try {
    await vault.agree(storage.shares)
  } catch (error) {
    if (!(error instanceof StorageFullError)) throw error
    log('error', 'failed', describeFailure(error))
  }
}

/** The host that a log-in over a connection must be signed for: the one it asked for, if that is ours. */
function loginHost({ publicUrl }: RelayConfig, port: number): (request: IncomingMessage) => string {
  const hosts = publicUrl === undefined ? ownHosts(port) : new Set([publicUrl.host])
  return (request) => {
    const asked = (request.headers.host ?? '').toLowerCase()
    return hosts.has(asked) ? asked : ([...hosts][0] ?? '')
  }
}

/**
 * Starts a relay and resolves once its doors are open. Rejects with Node's own error when it cannot listen, and with
 * {@link MetricsPortError}; nothing is open then.
 *
 * @param config `port` 0 takes any free port
 * @param ports the relay closes the storage and the bus when it stops
 */
export async function startRelay(config: RelayConfig, ports: RelayPorts): Promise<Relay> {
  const { storage, vault } = ports
  const bus = ports.bus ?? processBus()
  const clock = ports.clock ?? systemClock
  const log = createLog(config.logLevel, ports.logTo ?? process.stderr)
  await agreeOnKey(ports, log)
  const metrics = createMetrics()
  const health = createHealth(log)
  const rates = memoryRates(config.rateScale)
  const spaces = liveSpaces(bus, storage.roster, (error) => log('error', 'failed', describeFailure(error)))
  const pages = readPages(config.webDir)
  const networkOf = requestNetwork(config.trustedProxies)
  const overTls = config.tls !== undefined || config.publicUrl?.protocol === 'https:'
  const headers = securityHeaders(overTls)
  const shared = { storage, bus, clock, health, log, backupMs: config.backupDays * DAY_MS }
  const receipts = ports.receipts ?? memoryReceiptKey()
  const doors = httpDoors({ ...shared, receipts, rates, pages, metrics, headers, networkOf })
  // First, so that nothing else is open when this port is taken.
  const metricsDoor = config.metricsPort === undefined ? undefined : await openMetrics(config.metricsPort, metrics)
  const server = await listen(config, doors.fetch).catch(async (error: unknown) => {
    await metricsDoor?.close(0)
    throw error
  })
  const hostFor = loginHost(config, server.port)
  const url = config.publicUrl?.origin ?? `${overTls ? 'https' : 'http'}://localhost:${server.port}`
  const timing = config.timing
  const live = liveDoor({ ...shared, rates, metrics, spaces, vault, timing, hostFor, networkOf })
  server.onUpgrade(live.upgrade)
  const sweep = createSweep({ ...shared, vault })
  const stopSweeping = clock.repeat(timing.sweepMs, () => void sweep())
  await sweep()
  await rememberOrigin(storage, url, log)
  if (pages.count === 0) log('warn', 'pages-missing')
  log('info', 'started')

  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    log('info', 'stopping')
    health.stopping()
    stopSweeping()
    await Promise.all([live.stop('stopping', STOP_MS), server.close(STOP_MS), metricsDoor?.close(STOP_MS)])
    spaces.close()
    await bus.close()
    await storage.envelopes.close()
    log('info', 'stopped')
  }
  return {
    url,
    port: server.port,
    metricsPort: metricsDoor?.port,
    pageCount: pages.count,
    newDeskLink: () => newDeskLink(storage.desks, url, clock.now()),
    countDesks: () => storage.desks.countDesks({}),
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
