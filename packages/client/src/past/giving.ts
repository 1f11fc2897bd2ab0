import { type Device, type Governing, isPastFor, type SeatId, seatOf } from '@antechamber/core'
import { fromBase64Url, type SealingKeyRecord, toBase64Url } from '@antechamber/protocol'
import { grantContentKey, type HeaderFacts, isSealingKeyGood } from '@antechamber/sealing'
import type { Connection } from '../connection.ts'
import { decoded } from '../encoding.ts'
import { Failure } from '../errors.ts'
import { listRegrants, readPart } from './asking.ts'
import type { GivenChapters } from './given-chapters.ts'
import type { KnownChapters } from './known-chapters.ts'
import { headerIn } from './replay-chapter.ts'

/** What giving needs of its space. */
export interface GivingOf {
  readonly connection: Pick<Connection, 'request'>
  readonly known: KnownChapters
  readonly given: GivenChapters
  readonly dialogue: Uint8Array
  readonly space: Uint8Array
  /** This device's pseudonym. */
  readonly device: string
  readonly me: SeatId
  readonly now: () => number
}

/** One chapter that is to be given to one device. `seat`: whose that is. */
interface Due {
  readonly header: string
  readonly to: Device
  readonly seat: SeatId
}

/** Who is next gives so much later, if nobody has: not everybody's device at once. */
const TURN_MS = 20_000
/** Who has given may find after a while that it did not open, and was dropped. */
const AGAIN_MS = 10 * 60 * 1000
/** One may have been made wrong. */
const ENOUGH = 2
/** What another device has done meanwhile, or what has gone: nothing is to be done. */
const SETTLED: readonly string[] = ['exists', 'too-many', 'not-found']

/**
 * Gives chapters to devices that came after them: what was agreed, by those who were there (PC6), and to one's own further
 * devices what one has (DV15). It goes by this device's own replay, never by what the relay says.
 */
export class Giving {
  readonly #of: GivingOf
  /** When a pair was first found to be due, and when it was looked at. */
  readonly #since = new Map<string, number>()
  readonly #looked = new Map<string, number>()

  constructor(of: GivingOf) {
    this.#of = of
  }

  /** Gives what is due now. @returns whether something was given. Rejects with {@link Failure}. */
  async give(governing: Governing): Promise<boolean> {
    const due = this.#due(governing).filter((one) => this.#isTime(one, governing))
    if (due.length === 0) return false
    const { keys } = await this.#of.connection.request({ type: 'keys' }, 'keys')
    let hasGiven = false
    for (const device of new Set(due.map(({ to }) => to.device))) {
      const ofIt = due.filter(({ to }) => to.device === device)
      hasGiven = (await this.#giveAll(ofIt, keys)) || hasGiven
    }
    return hasGiven
  }

  #due(governing: Governing): readonly Due[] {
    const { me, device, known } = this.#of
    const agreed = (governing.past?.granted ?? []).flatMap(({ seat, header }): readonly Due[] => {
      const wasThere = seat !== me && !isPastFor(governing, me, header)
      return wasThere && !governing.leaving.includes(seat)
        ? devicesOf(governing, seat).map((to) => ({ header, to, seat }))
        : []
    })
    const mine = devicesOf(governing, me)
    const later = mine.slice(mine.findIndex((one) => one.device === device) + 1)
    const own = later.flatMap((to) => {
      const since = known.cameWith(to.device)
      return since === undefined
        ? []
        : governing.chapters.slice(0, -1).flatMap(({ header }): readonly Due[] => {
            const n = this.#find(header)?.n
            return n !== undefined && n < since ? [{ header, to, seat: me }] : []
          })
    })
    return [...agreed, ...own]
  }

  #find(header: string): { readonly chapter: string; readonly n: number; readonly facts?: HeaderFacts } | undefined {
    return this.#of.known.find(header) ?? this.#of.given.find(header)
  }

  /** The first of those who could gives at once, the others only where it has not. */
  #isTime(due: Due, governing: Governing): boolean {
    const { me, now } = this.#of
    const name = nameOf(due)
    const since = this.#since.get(name) ?? now()
    this.#since.set(name, since)
    const looked = this.#looked.get(name)
    if (looked !== undefined && now() - looked < AGAIN_MS) return false
    if (due.seat === me) return true
    const could = governing.roster.filter(({ id }) => id !== due.seat && !isPastFor(governing, id, due.header))
    return (
      now() - since >=
      Math.min(
        3,
        could.findIndex(({ id }) => id === me),
      ) *
        TURN_MS
    )
  }

  async #giveAll(due: readonly Due[], keys: readonly SealingKeyRecord[]): Promise<boolean> {
    const { connection } = this.#of
    const [first] = due
    if (!first) return false
    const device = decoded(first.to.device)
    const listed = new Map((await listRegrants(connection, device)).map((one) => [toBase64Url(one.chapter), one]))
    const key = keys.find((one) => toBase64Url(one.device) === first.to.device)
    const root = fromBase64Url(first.to.root)
    // Whose key it is says their root key, which the roster has; never the relay (CH9).
    const isGood = key && root && isSealingKeyGood(root, this.#of.space, key)
    let hasGiven = false
    for (const one of due) {
      const before = listed.get(this.#find(one.header)?.chapter ?? '')
      const isDone = before?.mine === true || (before?.givers ?? 0) >= ENOUGH
      if (isGood && !isDone) hasGiven = (await this.#giveOne(one, key)) || hasGiven
      this.#looked.set(nameOf(one), this.#of.now())
    }
    return hasGiven
  }

  async #giveOne({ header, to }: Due, key: SealingKeyRecord): Promise<boolean> {
    const { connection, given, dialogue, space } = this.#of
    const found = this.#find(header)
    const contentKey = found && (await given.contentKeyOf(found))
    if (!found || !contentKey) return false
    const chapter = decoded(found.chapter)
    const facts = found.facts ?? headerIn((await readPart(connection, chapter, 0)).items[0])?.facts
    if (!facts || toBase64Url(facts.headerHash) !== header) return false
    const place = { dialogue, space, chapter }
    const { number: keyNumber, publicKey } = key
    const grant = await grantContentKey({ place, facts, device: decoded(to.device), keyNumber, publicKey }, contentKey)
    return connection.request({ type: 'regrant', chapter, grant }, 'done').then(
      () => true,
      (failure: unknown) => {
        if (failure instanceof Failure && SETTLED.includes(failure.code)) return false
        throw failure
      },
    )
  }
}

const devicesOf = ({ roster }: Governing, seat: SeatId): readonly Device[] => seatOf(roster, seat)?.devices ?? []
const nameOf = ({ header, to }: Due): string => `${header} ${to.device}`
