import { type Charter, hasHelpers } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { isSealingKeyGood, openJoin, safetyWords, sealingKeyFromSecret } from '@antechamber/sealing'
import { decoded, parseJson } from './encoding.ts'
import { spacesOf } from './identity.ts'
import {
  type InvitationOpening,
  type InvitationRecord,
  type Join,
  type JoinSpace,
  joinShape,
  type SpaceRecord,
} from './records.ts'

/** Somebody who has used an invitation and waits to be let in. */
export interface Arrival {
  readonly name: string
  readonly words: readonly string[]
  readonly language: string
}

/** A valid join, and how it is shown. */
export interface Seen {
  readonly join: Join
  readonly arrival: Arrival
}

/** An invitation that joins can still be opened for. */
export type OpenRecord = InvitationRecord & { readonly opening: InvitationOpening }
export const isOpenable = (record: InvitationRecord): record is OpenRecord => record.opening !== undefined

/** What a join is judged by. */
export interface JoinsOf {
  readonly charter: Charter
  /** The spaces of the one who invites. */
  readonly spaces: readonly Pick<SpaceRecord, 'name' | 'space'>[]
}

/** The joins that have been opened on this device, each once: opening costs a second on a phone. */
export class Joins {
  readonly #of: JoinsOf
  readonly #opened = new Map<string, Promise<Seen | undefined>>()

  constructor(of: JoinsOf) {
    this.#of = of
  }

  /** What is in a posted join; undefined for one that is not valid (IN4). */
  async open(record: OpenRecord, posted: Uint8Array): Promise<Seen | undefined> {
    const key = `${record.id} ${toBase64Url(posted)}`
    const opened = this.#opened.get(key) ?? this.#open(record, posted)
    this.#opened.set(key, opened)
    try {
      return await opened
    } catch (failure) {
      // Such as no memory for the slow hash just now: it is tried again the next time.
      this.#opened.delete(key)
      throw failure
    }
  }

  /** Nobody can come by this invitation any more: what was opened for it is forgotten. */
  forget({ id }: InvitationRecord): void {
    for (const key of this.#opened.keys()) if (key.startsWith(`${id} `)) this.#opened.delete(key)
  }

  async #open(record: OpenRecord, posted: Uint8Array): Promise<Seen | undefined> {
    const place = {
      invitation: { id: decoded(record.id), secret: decoded(record.opening.secret) },
      dialogue: decoded(this.#of.charter.dialogue),
      record: decoded(record.opening.record),
    }
    const joinKey = await sealingKeyFromSecret(0, decoded(record.opening.joinSecret))
    const opened = await openJoin({ ...place, joinKey }, posted)
    const join = opened.ok ? joinShape.read(parseJson(opened.value), '') : opened
    if (!join.ok || !this.#isComplete(record, join.value)) return undefined
    const { name, anchor, root, language } = join.value
    const words = await safetyWords({ anchor: decoded(anchor), root: decoded(root) }, language)
    return { join: join.value, arrival: { name, language, words } }
  }

  /**
   * Whether a join names exactly the spaces of its seat, each once, with a sealing key that can be granted to; and, where
   * somebody sits there already, that seat's anchor.
   */
  #isComplete(record: InvitationRecord, { root, anchor, spaces }: Join): boolean {
    const { role, side, purpose } = record
    const sides = this.#of.charter.sides.map(({ id }) => id)
    const names =
      purpose === 'rescue'
        ? this.#of.spaces.map(({ name }) => name).filter(hasHelpers)
        : [...spacesOf(role, side, sides), ...(purpose === 'device' ? (['own'] as const) : [])]
    return (
      (record.anchor ?? anchor) === anchor &&
      spaces.length === names.length &&
      spaces.every((space) => isAsked(record, root, space)) &&
      names.every((name) => {
        const id = this.#of.spaces.find((one) => one.name === name)?.space
        const joined = spaces.find((one) => one.name === name)
        return id !== undefined && joined !== undefined && isKeyGood(root, id, joined)
      })
    )
  }
}

/** Whether a join asks for nothing but what its invitation is for: only a return changes which devices there are (DV7, DV13). */
function isAsked({ purpose, seat }: InvitationRecord, root: string, { device, changes, permit }: JoinSpace): boolean {
  if ((permit !== undefined) !== (purpose === 'rescue')) return false
  if (purpose !== 'return' && purpose !== 'rescue') return changes === undefined
  const [first, ...rest] = changes ?? []
  return (
    first?.type === 'device-added' &&
    first.device.device === device &&
    first.device.root === root &&
    rest.every(({ type }) => type === 'device-removed') &&
    [first, ...rest].every((change) => change.seat === seat)
  )
}

const isKeyGood = (root: string, space: string, { device, sealingKey, signature }: JoinSpace): boolean =>
  isSealingKeyGood(decoded(root), decoded(space), {
    device: decoded(device),
    number: 0,
    publicKey: decoded(sealingKey),
    signature: decoded(signature),
  })
