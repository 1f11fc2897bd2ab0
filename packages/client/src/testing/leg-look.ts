import { type SeatId, type SpaceName, spaceKind } from '@antechamber/core'
import { decodeEnvelope, HEADER, toBase64Url } from '@antechamber/protocol'
import { openGrant, readHeader, sealingKeyFromSecret } from '@antechamber/sealing'
import { type MovingRelay, type Person, until } from '@antechamber/testkit'
import { decoded } from '../encoding.ts'
import type { DialogueRecord, SpaceRecord } from '../records.ts'
import { lookInto } from './store-look.ts'

export const seatOfPerson = ({ dialogue }: Person): SeatId => dialogue.status.record.seat

export const legOf = ({ dialogue }: Person, other: Person) =>
  dialogue.status.view?.legs.find((leg) => leg.with === seatOfPerson(other))

/** Says something to one person alone; resolves when it is done. */
export const say = (from: Person, to: Person, words: string) =>
  from.dialogue.send({ type: 'sayInLeg', with: seatOfPerson(to), text: words })

/** Resolves when exactly these words are what somebody reads in their leg with another. */
export const reads = (who: Person, other: Person, ...words: readonly string[]) =>
  until(
    who.dialogue,
    `${who.name} reads ${words.join(' / ')}`,
    () => JSON.stringify(legOf(who, other)?.said.map(({ text }) => text)) === JSON.stringify(words),
  )

/** A device's record of its dialogue, as whoever has the device finds it. */
export async function recordOf(person: Person): Promise<DialogueRecord> {
  const { vault } = await lookInto(person)
  const [record] = (await vault.listJson('dialogue/')) as readonly DialogueRecord[]
  if (!record) throw new Error('it has none')
  return record
}

export const legsKeptBy = async (person: Person): Promise<readonly SpaceRecord[]> =>
  (await recordOf(person)).spaces.filter(({ name }) => spaceKind(name) === 'leg')

/**
 * The chapters of a space that somebody's device could read who is given everything that the relay has: those whose key it
 * keeps, and those of which some grant, whatever the relay says whose it is, opens with one of all the keys that it keeps.
 */
export async function openedBy(person: Person, relay: MovingRelay, space: string): Promise<readonly string[]> {
  const { charter, spaces } = await recordOf(person)
  const secrets = spaces.flatMap(({ sealingKeys }) => sealingKeys.map(({ secret }) => decoded(secret)))
  const stored = [...relay.backup().spaces.values()].find(({ id }) => toBase64Url(id) === space)
  const headers = (stored?.items ?? []).flatMap(({ envelope }) => {
    const read = envelope && decodeEnvelope(envelope)
    const facts = read?.ok && read.value.kind === HEADER ? readHeader(read.value) : undefined
    return read?.ok && facts?.ok ? [{ chapter: read.value.chapter, facts: facts.value }] : []
  })
  const kept = await lookInto(person)
  const opened = new Set<string>()
  for (const { chapter, facts } of headers) {
    const place = { dialogue: decoded(charter.dialogue), space: decoded(space), chapter }
    const name = toBase64Url(chapter)
    if (kept.names.includes(`key/${space}/${name}`)) opened.add(name)
    const all = [...(stored?.chapters.values() ?? [])].flatMap(({ grants }) => [...grants.values()])
    for (const grant of all)
      for (const secret of secrets) {
        const key = await sealingKeyFromSecret(grant.keyNumber, secret)
        if ((await openGrant({ place, facts, device: grant.device }, grant, key)).ok) opened.add(name)
      }
  }
  return [...opened]
}

/** The chapter that a space is in now, as the relay has it. */
export function currentAt(relay: MovingRelay, space: string): string {
  const stored = [...relay.backup().spaces.values()].find(({ id }) => toBase64Url(id) === space)
  return Buffer.from(stored?.chapter ?? '', 'latin1').toString('base64url')
}

/** All spaces that a relay has, by their ids. */
export const spacesAt = (relay: MovingRelay): readonly string[] =>
  [...relay.backup().spaces.values()].map(({ id }) => toBase64Url(id))

export const nameOfLeg = (participant: Person, facilitator: Person): SpaceName =>
  `leg:${seatOfPerson(participant)}:${seatOfPerson(facilitator)}`
