import { EMPTY_LOG_HASH, logLink } from '@antechamber/protocol'
import type { Clock } from '../clock.ts'
import { buildConfig, type RelayConfig } from '../config/config.ts'
import { type Relay, type RelayPorts, startRelay } from '../relay.ts'
import { memoryKeys, shareVault } from '../share-vault.ts'
import { memoryStorage } from '../storage/memory.ts'
import { sha256 } from '../storage/rules.ts'
import { type TestClock, testClock } from './clock.ts'
import { type Device, grantFor, header, newDevice, randomId } from './device.ts'
import { deskSecret, openSpace } from './http-client.ts'
import { enter, type LiveClient } from './live-client.ts'

export const DAY_MS = 24 * 60 * 60 * 1000

/** A configuration for tests: any free port, silent, rates out of the way. */
export function testConfig(overrides: Partial<RelayConfig> = {}): RelayConfig {
  const config = buildConfig({}, undefined)
  if (!config.ok) throw new Error('the defaults are wrong')
  return { ...config.value, port: 0, logLevel: 'silent', rateScale: 1000, ...overrides }
}

export interface TestRelay<C extends Clock = TestClock> extends Relay {
  readonly clock: C
  readonly secret: Uint8Array
}

/** A relay in this process, on a memory unless told otherwise, with a clock that the test moves and one desk. */
export async function startTestRelay(
  ports: Partial<RelayPorts> = {},
  overrides: Partial<RelayConfig> = {},
): Promise<TestRelay> {
  const clock = testClock()
  const relay = await startRelay(testConfig(overrides), {
    storage: memoryStorage(),
    vault: shareVault(memoryKeys(clock.now())),
    clock,
    ...ports,
  })
  return { ...relay, clock, secret: deskSecret(await relay.newDeskLink()) }
}

/** A space with its opener inside. */
export interface TestSpace {
  readonly space: Uint8Array
  readonly opener: Device
  readonly client: LiveClient
}

export async function newSpace(relay: TestRelay, days = 30): Promise<TestSpace> {
  const space = randomId()
  const opener = newDevice()
  const opened = await openSpace(relay.url, relay, space, opener, relay.clock.now() + days * DAY_MS)
  if (opened.status !== 201) throw new Error(`the space was refused: ${opened.status} ${opened.code}`)
  return { space, opener, client: await enter(relay.url, space, opener) }
}

export interface ChapterOptions {
  readonly head?: number
  readonly headHash?: Uint8Array
  readonly admit?: readonly Device[]
  readonly keepers?: readonly Device[]
  readonly remove?: readonly Device[]
}

/** Reserves a chapter and opens it by a batch at the given head (an empty log's, if none is given). */
export async function openChapter(
  { space, client }: Pick<TestSpace, 'space' | 'client'>,
  options: ChapterOptions = {},
) {
  const reserved = await client.ask({ type: 'reserve' })
  if (typeof reserved === 'string' || reserved.type !== 'reserved') throw new Error(`not reserved: ${reserved}`)
  const { head = 0, headHash = EMPTY_LOG_HASH, admit = [], keepers = [], remove = [] } = options
  const bytes = header(space, reserved.chapter)
  const answer = await client.ask({
    type: 'batch',
    head,
    headHash,
    header: bytes,
    grants: [...admit, ...keepers].map(({ device }) => grantFor(device)),
    admit: [...admit.map((device) => device.access()), ...keepers.map((device) => device.access(true))],
    remove: remove.map(({ device }) => device),
    keys: [],
  })
  return { chapter: reserved.chapter, share: reserved.share, header: bytes, answer }
}

/** The head and log hash after envelopes, as a device computes them. */
export const headAfter = (envelopes: readonly Uint8Array[]) => ({
  head: envelopes.length,
  headHash: envelopes.reduce<Uint8Array>(
    (hash, bytes, i) => sha256(logLink(hash, i + 1, sha256(bytes))),
    new Uint8Array(32),
  ),
})
