import type { RunId } from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import { roundKeyOf, systemRandom } from '@antechamber/sealing'
import { type Around, type Person, type RelayAt, restart } from '@antechamber/testkit'
import { openVault } from '../vault-door.ts'

/** Somebody's device opens a round as if it had died, and come back with another panel, before the panel had the secret. */
export async function openWithoutKeeping(relay: RelayAt, person: Person, run: RunId, around?: Around): Promise<void> {
  const { local } = person.dialogue
  person.device.close()
  const opened = await openVault(person.platform)
  if (!opened.ok) throw new Error(opened.error.code)
  const { publicKey } = await roundKeyOf(systemRandom(32))
  const event = { v: 1, type: 'round.opened', run, key: toBase64Url(publicKey) }
  const command = { run, command: { type: 'openRound' } }
  const record = { v: 1, id: toBase64Url(systemRandom(16)), order: 900, command, plan: [{ space: 'room', event }] }
  const name = `queue/${local}/${'900'.padStart(12, '0')}`
  await opened.value.vault.write([{ name, content: utf8(JSON.stringify(record)) }])
  await restart(relay, person, around)
}
