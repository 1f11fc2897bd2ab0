import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RelayProcess, startRelayProcess } from '@antechamber/testkit'

/** The relay as it is run, on a folder of its own, with the page that it serves. */
export interface House {
  readonly relay: RelayProcess
  readonly url: string
  /** What the operator hands to the convenor. */
  readonly deskLink: string
  readonly close: () => Promise<void>
}

export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'house-'))
  const relay = await startRelayProcess(folder)
  const secret = Buffer.from(relay.secret).toString('base64url')
  return {
    relay,
    url: relay.url,
    deskLink: `${relay.url}/desk#d1.${secret}`,
    close: async () => {
      await relay.stop()
      await rm(folder, { recursive: true })
    },
  }
}
