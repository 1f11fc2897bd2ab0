import type { Role, SideId, SpaceName } from '@antechamber/core'
import { caucusOf } from '@antechamber/core'
import { ID_BYTES, toBase64Url } from '@antechamber/protocol'
import { newSealingKey, newSigningKey } from '@antechamber/sealing'
import type { SpaceRecord } from './records.ts'

type Random = (length: number) => Uint8Array

/** The spaces that a seat belongs to, beside its own. */
export const spacesOf = (role: Role, side: SideId | undefined, sides: readonly SideId[]): readonly SpaceName[] =>
  role === 'facilitator'
    ? ['room', 'panel', 'outbox', ...sides.map(caucusOf)]
    : ['room', 'outbox', ...(side === undefined ? [] : [caucusOf(side)])]

/** A new id, as text. */
export const newId = (random: Random): string => toBase64Url(random(ID_BYTES))

/** Draws this device's pseudonym and keys for a space: another in each, so that nothing but its owner links them. */
export async function newSpaceRecord(name: SpaceName, space: string, random: Random): Promise<SpaceRecord> {
  const sealingKey = await newSealingKey(0, random)
  return {
    name,
    space,
    device: newId(random),
    loginSecret: toBase64Url(newSigningKey(random).secret),
    sealingKeys: [{ number: 0, secret: toBase64Url(sealingKey.secret) }],
  }
}
