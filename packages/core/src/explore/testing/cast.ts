import { createHash } from 'node:crypto'
import type { Proofs } from '../../activity.ts'
import type { Charter } from '../../charter.ts'
import type { DialogueId, Millis, SeatId, SideId } from '../../ids.ts'
import { loadProcess, type Process } from '../../process.ts'
import { PROCESSES } from '../../processes.ts'
import { KNOWN_PARTS } from '../../registry.ts'
import type { Role, Seat } from '../../roster.ts'
import type { RoundKey, RoundSecret } from '../../round-key.ts'

/** Ids that tell what they are, so that swapping two people is swapping two words. */
export const idWith = <T extends string = string>(word: string): T => word.padEnd(22, '-') as T

/** Signatures have this in them, and nothing else has. */
export const SIGNED = 'SIGNED-'

const NORTH = 'north' as SideId
const SOUTH = 'south' as SideId

const seat = (name: string, role: Role, side?: SideId): Seat => ({
  id: idWith<SeatId>(name),
  role,
  ...(side && { side }),
  name,
  anchor: `anchor-${name}`.padEnd(43, '-'),
  devices: [{ device: idWith(`device-${name}`), root: `root-${name}`.padEnd(43, '-') }],
})

/** Five seats: two sides of two people, and a facilitator. */
export const SEATS: readonly Seat[] = [
  seat('Ada', 'participant', NORTH),
  seat('Ben', 'participant', NORTH),
  seat('Chi', 'participant', SOUTH),
  seat('Dov', 'participant', SOUTH),
  seat('Fay', 'facilitator'),
]
export const FAY = SEATS[4] as Seat
export const PARTICIPANTS: readonly Seat[] = SEATS.filter((one) => one !== FAY)

/** Every text of the process in one short word: what is explored is what people do. */
function short(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(short)
  return 'en' in value ? { en: 'words' } : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, short(v)]))
}

const ATTRIBUTIONS: Readonly<Record<string, readonly string[]>> = { fears: ['side', 'named'], needs: ['none', 'side'] }

/** The process that ships, with two rounds instead of three, one of which offers to be nobody's. */
function exploredProcess(): Process {
  const shipped = short(PROCESSES[0]) as Process
  const stages = shipped.stages.map((stage) => ({
    ...stage,
    activities: stage.activities.flatMap((activity) => {
      if (activity.kind !== 'round') return [activity]
      const attributions = ATTRIBUTIONS[activity.id]
      return attributions ? [{ ...activity, settings: { ...(activity.settings as object), attributions } }] : []
    }),
  }))
  const loaded = loadProcess({ ...shipped, stages }, KNOWN_PARTS)
  if (!loaded.ok) throw new Error(`the explored process is wrong at ${loaded.error.field}`)
  return loaded.value
}

export const CHARTER: Charter = {
  dialogue: idWith<DialogueId>('dialogue'),
  title: 'The well',
  convenor: 'A teacher',
  process: exploredProcess(),
  sides: [
    { id: NORTH, name: 'North bank', mark: 'circle' },
    { id: SOUTH, name: 'South bank', mark: 'square' },
  ],
  languages: ['en'],
  rules: { en: 'words' },
  confidentiality: 'agreed-text-leaves',
  retainUntil: 4_000_000_000_000 as Millis,
}

export const STAGES: readonly string[] = CHARTER.process.stages.map(({ id }) => id)

/** The one signature of a seat over a subject; nobody else can write it, because nobody tries. */
export const signatureOf = (by: SeatId, subject: string): string => `${SIGNED}${by}${subject}`.padEnd(86, '-')

/** What opens a round has this in it, and nothing else has. */
export const SECRET = 'SECRET-'
const KEY = 'KEY-'
const keyOf = (secret: RoundSecret): RoundKey => secret.replace(SECRET, KEY).padEnd(1622, '-') as RoundKey

/** The key that a facilitator's device draws for a round. */
export function roundKeyFor(word: string): { readonly key: RoundKey; readonly secret: RoundSecret } {
  const secret = `${SECRET}${word}`.padEnd(43, '-') as RoundSecret
  return { key: keyOf(secret), secret }
}

/** Answers as real signatures would, in no time. */
export function quickProofs(): Proofs {
  const subjects = new Map<string, string>()
  return {
    subject: (_, purpose, exact) => {
      const key = `${purpose} ${exact}`
      const known = subjects.get(key) ?? createHash('sha256').update(key).digest('base64url')
      subjects.set(key, known)
      return known
    },
    signed: ({ id }, subject, signature) => signature === signatureOf(id, subject),
    canSealTo: (key) => key.startsWith(KEY),
    opens: (secret, key) => keyOf(secret) === key,
    vouched: ({ id }, subject, signature) => signature === signatureOf(id, subject),
  }
}

/** A renaming under which nothing changes but who is who: people of one side, or both sides, swapped. */
export interface Renaming {
  readonly people: readonly number[]
  readonly sides: readonly number[]
  readonly rename: (text: string) => string
}

const NAMES = PARTICIPANTS.map(({ name }) => name)
const SIDES = [NORTH, SOUTH]

function renaming(people: readonly number[], sides: readonly number[]): Renaming {
  const to = new Map<string, string>([
    ...NAMES.map((name, i) => [name, NAMES[people[i] as number] as string] as const),
    ...SIDES.map((side, i) => [side, SIDES[sides[i] as number] as string] as const),
  ])
  const known = new Map<string, string>()
  const rename = (text: string): string => {
    let renamed = known.get(text)
    if (renamed === undefined) {
      renamed = text.replace(/Ada|Ben|Chi|Dov|north|south/g, (word) => to.get(word) ?? word)
      known.set(text, renamed)
    }
    return renamed
  }
  return { people, sides, rename }
}

/** All eight; the first changes nothing. `people[i]` is who the i-th participant becomes. */
export const RENAMINGS: readonly Renaming[] = [
  renaming([0, 1, 2, 3], [0, 1]),
  renaming([1, 0, 2, 3], [0, 1]),
  renaming([0, 1, 3, 2], [0, 1]),
  renaming([1, 0, 3, 2], [0, 1]),
  renaming([2, 3, 0, 1], [1, 0]),
  renaming([3, 2, 0, 1], [1, 0]),
  renaming([2, 3, 1, 0], [1, 0]),
  renaming([3, 2, 1, 0], [1, 0]),
]
