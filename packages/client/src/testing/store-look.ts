import type { SpaceName } from '@antechamber/core'
import { decodeEnvelope, ENVELOPE_KIND_AT, HEADER, toBase64Url } from '@antechamber/protocol'
import { readHeader } from '@antechamber/sealing'
import type { Person } from '@antechamber/testkit'
import { readKey } from '../kept-key.ts'
import { listKept } from '../kept-log.ts'
import { type DialogueRecord, numberOf, type SpaceRecord, sharesOf } from '../records.ts'
import type { Vault } from '../vault.ts'
import { openVault } from '../vault-door.ts'

/** All that a person's device has kept, as it could be read by whoever has the device. */
export interface Kept {
  readonly vault: Vault
  readonly names: readonly string[]
  /** Whether some record, a name included, has this text in it. */
  readonly has: (text: string) => boolean
}

/** Looks into a device's store, also while the device runs. */
export async function lookInto({ platform }: Pick<Person, 'platform'>): Promise<Kept> {
  const opened = await openVault(platform)
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const records = (await Promise.all(KINDS.map((kind) => vault.list(kind)))).flat()
  const last = (await vault.list('latekey/')).map(async ({ name, content: key }) => {
    const late = name.replace('latekey/', 'late/')
    const content = await vault.readAtOnce(late, key)
    return content ? [{ name: late, content }] : []
  })
  records.push(...(await Promise.all(last)).flat())
  const texts = records.map(({ name, content }) => `${name}\n${Buffer.from(content).toString('utf8')}`)
  return { vault, names: records.map(({ name }) => name), has: (text) => texts.some((one) => one.includes(text)) }
}

/** Beginnings of names that together are all but the vault's own and last texts. */
const KINDS = [
  'key/',
  'share/',
  'connected/',
  'log/',
  'draft/',
  'latekey/',
  'queue/',
  'dialogue/',
  'gone/',
  'keepers/',
  'fresh/',
  'known-devices/',
  'read/',
  'invitation/',
  'further/',
  'ended/',
]

/** What is to be gone: the chapters up to one, and where the log begins again. Ids in base64url. */
export interface Doomed {
  readonly chapters: readonly string[]
  readonly begins: number
}

/** Reads from the store of somebody who has read all of a space what a destruction up to a header takes. */
export async function doomedIn({ vault }: Kept, space: string, upTo: string): Promise<Doomed> {
  const chapters: string[] = []
  let isFound = false
  for (const { logEntry } of await listKept(vault, space)) {
    const envelope = logEntry.envelope && decodeEnvelope(logEntry.envelope)
    if (!envelope?.ok || envelope.value.kind !== HEADER) continue
    if (isFound) return { chapters, begins: logEntry.n }
    const facts = readHeader(envelope.value)
    chapters.push(toBase64Url(envelope.value.chapter))
    isFound = facts.ok && toBase64Url(facts.value.headerHash) === upTo
  }
  throw new Error('there is no such chapter')
}

/** What a store still has of what was to be gone: keys, shares and envelopes, by their names. */
export const leftOf = ({ names }: Kept, space: string, { chapters, begins }: Doomed): readonly string[] =>
  names.filter((name) => {
    if (name.startsWith(`log/${space}/`)) return numberOf(name) < begins
    return [`key/${space}/`, sharesOf(space)].some((kind) => chapters.some((id) => name === `${kind}${id}`))
  })

/** The numbers of the headers that a store has of a space. */
export async function placesOfHeaders({ vault }: Kept, space: string): Promise<readonly number[]> {
  const log = await listKept(vault, space)
  return log.flatMap(({ logEntry: { n, envelope } }) => (envelope?.[ENVELOPE_KIND_AT] === HEADER ? [n] : []))
}

/** The numbers that a store has beside a space's content keys. */
export async function placesOfKeys({ vault }: Kept, space: string): Promise<readonly number[]> {
  const keys = await vault.list(`key/${space}/`)
  return keys.flatMap(({ content }) => readKey(content)?.n ?? []).sort((a, b) => a - b)
}

/** A space as a device's record has it: its id, the device's own, and the sealing keys that it keeps. */
export async function spaceOf({ vault }: Kept, name: SpaceName): Promise<SpaceRecord> {
  const [record] = (await vault.listJson('dialogue/')) as readonly DialogueRecord[]
  const found = record?.spaces.find((one) => one.name === name)
  if (!found) throw new Error(`the device knows no ${name}`)
  return found
}

export const roomOf = (kept: Kept): Promise<SpaceRecord> => spaceOf(kept, 'room')
