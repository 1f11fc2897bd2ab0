import type { RelayCode } from '@antechamber/protocol'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What a refusal or a request came through. */
export type DoorName = 'desk' | 'spaces' | 'invitations' | 'joins' | 'receipts' | 'live' | 'pages'

/** Counts, sizes and durations; no label can carry an id, an address or content. */
export interface Metrics {
  readonly appended: (count: number, bytes: number) => void
  readonly sent: (bytes: number) => void
  readonly refused: (door: DoorName, code: RelayCode) => void
  readonly connections: (count: number) => void
  readonly stored: (ms: number) => void
  /** The Prometheus text format. */
  readonly text: () => Promise<string>
}

export function createMetrics(): Metrics {
  const registers = [new Registry()]
  const envelopes = new Counter({ name: 'relay_envelopes_appended_total', help: 'Envelopes stored', registers })
  const bytesIn = new Counter({ name: 'relay_envelope_bytes_total', help: 'Bytes of envelopes stored', registers })
  const bytesOut = new Counter({ name: 'relay_sent_bytes_total', help: 'Bytes sent over live connections', registers })
  const refusals = new Counter({
    name: 'relay_refusals_total',
    help: 'Refusals by door and code',
    labelNames: ['door', 'code'] as const,
    registers,
  })
  const connections = new Gauge({ name: 'relay_live_connections', help: 'Live connections now', registers })
  const stored = new Histogram({
    name: 'relay_append_seconds',
    help: 'From a decoded append or batch to its durable answer',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  })
  return {
    appended: (count, bytes) => {
      envelopes.inc(count)
      bytesIn.inc(bytes)
    },
    sent: (bytes) => bytesOut.inc(bytes),
    refused: (door, code) => refusals.inc({ door, code }),
    connections: (count) => connections.set(count),
    stored: (ms) => stored.observe(ms / 1000),
    text: () => registers[0]?.metrics() ?? Promise.resolve(''),
  }
}
