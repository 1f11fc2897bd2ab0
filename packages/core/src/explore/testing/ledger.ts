import { isDeepStrictEqual } from 'node:util'
import type { SpaceName } from '../../space.ts'
import { CHARTER, PARTICIPANTS } from './cast.ts'
import { must } from './fault.ts'

/** Words whose author and attribution are known. */
export interface Piece {
  readonly by: string
  readonly attribution: string
  readonly text: string
  /** The contribution that it restates. */
  readonly of?: string
}

/** Words by a key, and lists of seats or words by a key. */
type Lists = Readonly<Record<string, readonly string[]>>

/**
 * What has happened in one space, told from its entries and from the specification alone: none of the code under test
 * is in it. Each space has its own; `room` means the room's part of it, and so on.
 */
export interface Ledger {
  /** Room: the stage and its visit, as a run names them; undefined at the opening. */
  readonly stage?: string
  readonly paused?: true
  /** Panel: runs of rounds for which it has what opens them. */
  readonly kept: readonly string[]
  /** Room: runs of rounds that are open. */
  readonly open: readonly string[]
  readonly affirmed: readonly string[]
  readonly left: readonly string[]
  /** Taken out without having left. */
  readonly taken: readonly string[]
  /** Room: what was written in rounds that are open, by run and seat. */
  readonly offers: Readonly<Record<string, Readonly<Record<string, Piece>>>>
  /** Room: contributions of closed rounds, and restatements; by id. */
  readonly pieces: Readonly<Record<string, Piece>>
  /** Words for everyone: in the room; in the outbox, once the brief is out. */
  readonly shared: readonly string[]
  /** Words for somebody alone, by seat. */
  readonly mine: Lists
  /** Room: words that their author has taken back, or put others in the place of. */
  readonly gone: readonly string[]
  /** Room and outbox: the words of each line. */
  readonly lines: Readonly<Record<string, string>>
  /** Caucus: who says yes now, and who has ever said it, by line. */
  readonly yes: Lists
  readonly ever: Lists
  /** Room: what was written in this chapter, and in those before, by their headers, oldest first. */
  readonly header?: string
  readonly now: readonly string[]
  readonly chapters: readonly { readonly header: string; readonly words: readonly string[] }[]
  /** Room: what is to be destroyed; whose yeses carry it, once each side has said yes, and since when. */
  readonly destroys?: { readonly upTo: string; readonly by?: readonly string[]; readonly since?: number }
  /** Room: how often something has been destroyed. */
  readonly ends: number
  /** Caucus: what yeses outside activities are about. */
  readonly abouts: readonly string[]
}

export const NOTHING: Ledger = {
  kept: [],
  open: [],
  affirmed: [],
  left: [],
  taken: [],
  offers: {},
  pieces: {},
  shared: [],
  mine: {},
  gone: [],
  lines: {},
  yes: {},
  ever: {},
  now: [],
  chapters: [],
  ends: 0,
  abouts: [],
}

/** The fields that the specification gives to events, as far as any has them. */
export interface Body {
  readonly type: string
  readonly run: string
  readonly stage: string
  readonly visit: number
  readonly id: string
  readonly text: string
  readonly attribution: string
  readonly contribution: string
  readonly restatement: string
  readonly verdict: string
  readonly line: string
  readonly lines: readonly string[]
  readonly upTo: string
  readonly about: string
  readonly turns: Readonly<Record<string, string>>
  readonly time: number
}

const added = (list: readonly string[] | undefined, ...more: readonly string[]): readonly string[] => [
  ...new Set([...(list ?? []), ...more]),
]
const without = (list: readonly string[] | undefined, one: string): readonly string[] =>
  (list ?? []).filter((other) => other !== one)
const addedTo = (lists: Lists, key: string, one: string): Lists => ({ ...lists, [key]: added(lists[key], one) })

/** The ledger after an entry that counted. */
export function noted(ledger: Ledger, space: SpaceName, by: string, body: Body): Ledger {
  if (body.type === 'seat.leaving') return { ...ledger, left: added(ledger.left, by) }
  if (space === 'room') return withWords(notedInRoom(ledger, by, body), body)
  if (space === 'panel') return notedInPanel(ledger, body)
  if (space === 'outbox') return notedInOutbox(ledger, body)
  return space === 'own' ? ledger : notedInCaucus(ledger, by, body)
}

function notedInPanel(ledger: Ledger, { type, text, run }: Body): Ledger {
  if (type === 'round.key-kept') return { ...ledger, kept: added(ledger.kept, run) }
  return { ...ledger, shared: added(ledger.shared, text) }
}

const withWords = (ledger: Ledger, { text }: Body): Ledger =>
  text === undefined ? ledger : { ...ledger, now: added(ledger.now, text) }

const DAY_MS = 24 * 60 * 60 * 1000

/** The ledger after a chapter has begun: what was agreed a day before is gone with it (DX5). */
export function opened(ledger: Ledger, header: string, time: number): Ledger {
  const last = ledger.header === undefined ? [] : [{ header: ledger.header, words: ledger.now }]
  const begun = {
    ...ledger,
    header,
    now: ledger.header === undefined ? ledger.now : [],
    chapters: [...ledger.chapters, ...last],
  }
  const { destroys, ...others } = begun
  if (!destroys?.by) return begun
  if (destroys.since === undefined) return { ...begun, destroys: { ...destroys, since: time } }
  if (time < destroys.since + DAY_MS) return begun
  const end = 1 + begun.chapters.findIndex((one) => one.header === destroys.upTo)
  const gone = begun.chapters.slice(0, end).flatMap(({ words }) => words)
  must(
    isOfEachSide(destroys.by, begun),
    'no side is overridden: what is destroyed each side still wants to be (DX4)',
    destroys,
  )
  return { ...others, gone: added(begun.gone, ...gone), chapters: begun.chapters.slice(end), ends: begun.ends + 1 }
}

/** Whether these yeses are two of each side, or of all who are there of it where they are fewer. */
function isOfEachSide(by: readonly string[], { taken, left }: Pick<Ledger, 'taken' | 'left'>): boolean {
  const present = PARTICIPANTS.filter(({ id }) => !taken.includes(id) && !left.includes(id))
  return CHARTER.sides.every(({ id: side }) => {
    const people = present.filter((one) => one.side === side)
    return people.length > 0 && people.filter(({ id }) => by.includes(id)).length >= Math.min(2, people.length)
  })
}

function notedInRoom(ledger: Ledger, by: string, body: Body): Ledger {
  const { id, run, text, attribution } = body
  switch (body.type) {
    case 'stage.entered':
      return { ...ledger, stage: `${body.stage}#${body.visit}` }
    case 'room.paused':
      return { ...ledger, paused: true }
    case 'room.resumed': {
      const { paused: _, ...resumed } = ledger
      return resumed
    }
    case 'rules.affirmed':
      return { ...ledger, affirmed: added(ledger.affirmed, by) }
    case 'destruction.asked':
      return { ...ledger, destroys: { upTo: body.upTo } }
    case 'destruction.agreed':
      return ledger.destroys
        ? { ...ledger, destroys: { ...ledger.destroys, by: Object.keys(body.turns).sort() } }
        : ledger
    case 'destruction.stopped': {
      const { destroys, ...stopped } = ledger
      const rest = without(destroys?.by, by)
      return destroys?.by && isOfEachSide(rest, ledger) ? { ...ledger, destroys: { ...destroys, by: rest } } : stopped
    }
    case 'contribution.offered': {
      const earlier = ledger.offers[run]?.[by]?.text
      const gone = earlier === undefined ? ledger.gone : added(ledger.gone, earlier)
      const offers = { ...ledger.offers, [run]: { ...ledger.offers[run], [by]: { by, attribution, text, id } } }
      return { ...ledger, offers, gone, mine: addedTo(ledger.mine, by, text) }
    }
    case 'contribution.withdrawn':
      return takenBack(ledger, body)
    case 'round.opened':
      return { ...ledger, open: added(ledger.open, run) }
    case 'round.closed':
      return closed(ledger, run)
    case 'restatement.offered': {
      const author = ledger.pieces[body.contribution]?.by ?? ''
      const mine = addedTo(addedTo(ledger.mine, by, text), author, text)
      return {
        ...ledger,
        mine,
        pieces: { ...ledger.pieces, [id]: { by, attribution: 'side', text, of: body.contribution } },
      }
    }
    case 'restatement.judged': {
      const said = ledger.pieces[body.restatement]?.text ?? ''
      return body.verdict === 'accurate' ? { ...ledger, shared: added(ledger.shared, said) } : ledger
    }
    case 'line.proposed':
      return { ...ledger, shared: added(ledger.shared, text), lines: { ...ledger.lines, [id]: text } }
    default:
      return ledger
  }
}

function closed(ledger: Ledger, run: string): Ledger {
  const { [run]: offers, ...open } = ledger.offers
  const pieces = { ...ledger.pieces }
  for (const offer of Object.values(offers ?? {})) pieces[(offer as Piece & { id: string }).id] = offer
  const shared = added(ledger.shared, ...Object.values(offers ?? {}).map(({ text }) => text))
  return { ...ledger, offers: open, open: without(ledger.open, run), pieces, shared }
}

function takenBack(ledger: Ledger, { run, contribution }: Body): Ledger {
  const open = Object.entries(ledger.offers[run] ?? {})
  const offer = open.find(([, one]) => (one as Piece & { id: string }).id === contribution)
  if (offer) {
    const offers = { ...ledger.offers, [run]: Object.fromEntries(open.filter((one) => one !== offer)) }
    return { ...ledger, offers, gone: added(ledger.gone, offer[1].text) }
  }
  const piece = ledger.pieces[contribution]
  if (!piece) return ledger
  const pieces = { ...ledger.pieces, [contribution]: { ...piece, attribution: 'none' } }
  const understood = Object.values(ledger.pieces).filter(({ of }) => of === contribution)
  return { ...ledger, pieces, gone: added(ledger.gone, piece.text, ...understood.map(({ text }) => text)) }
}

function notedInCaucus(ledger: Ledger, by: string, { type, line, about }: Body): Ledger {
  if (type === 'turn.given') {
    // Of each person one yes of each purpose stands (TN6), and here is one purpose.
    const others = Object.entries(ledger.yes).map(([key, said]) => [
      key,
      ledger.abouts.includes(key) ? without(said, by) : said,
    ])
    const yes = addedTo(Object.fromEntries(others), about, by)
    return { ...ledger, yes, ever: addedTo(ledger.ever, about, by), abouts: added(ledger.abouts, about) }
  }
  if (type === 'turn.revoked') return { ...ledger, yes: { ...ledger.yes, [about]: without(ledger.yes[about], by) } }
  if (type === 'line.turned')
    return { ...ledger, yes: addedTo(ledger.yes, line, by), ever: addedTo(ledger.ever, line, by) }
  if (type === 'line.turn-revoked') return { ...ledger, yes: { ...ledger.yes, [line]: without(ledger.yes[line], by) } }
  return ledger
}

function notedInOutbox(ledger: Ledger, { type, line, text, lines }: Body): Ledger {
  if (type === 'line.delivered') return { ...ledger, lines: { ...ledger.lines, [line]: text } }
  if (type !== 'brief.released') return ledger
  return { ...ledger, shared: added(ledger.shared, ...lines.map((one) => ledger.lines[one] ?? '')) }
}

/** The ledger after a chapter has taken somebody out. A yes of their side counts no more, unless they had left (BR11). */
export function tookOut(ledger: Ledger, seat: string): Ledger {
  const left = ledger.left.includes(seat)
  return {
    ...ledger,
    affirmed: without(ledger.affirmed, seat),
    left: without(ledger.left, seat),
    ...(!left && { taken: added(ledger.taken, seat), yes: {} }),
    ...(!left && ledger.destroys && { destroys: { upTo: ledger.destroys.upTo } }),
  }
}

/** The ledgers of the spaces that one reader's device has. */
export interface Ledgers {
  readonly room: Ledger
  readonly panel?: Ledger | undefined
  readonly outbox: Ledger
  readonly caucuses: readonly Ledger[]
}

/** The words that a reader may be shown: none before they have accepted the rules, none after they have left. */
export function entitledWords({ room, panel, outbox }: Ledgers, reader: string): ReadonlySet<string> {
  if (room.left.includes(reader) || !room.affirmed.includes(reader)) return new Set()
  const words = [...room.shared, ...(room.mine[reader] ?? [])].filter((one) => !room.gone.includes(one))
  return new Set([...words, ...outbox.shared, ...(panel?.shared ?? [])])
}

/** Whether what is shown of where words come from is what their author chose, and no more (DS3). */
export function isAllowedOrigin(
  piece: Piece | undefined,
  shown: { readonly mine: boolean; readonly side?: string; readonly name?: string },
  reader: string,
  sideOf: (seat: string) => string | undefined,
  nameOf: (seat: string) => string | undefined,
): boolean {
  if (!piece) return false
  const { by, attribution } = piece
  const allowed = {
    mine: by === reader,
    ...(attribution !== 'none' && { side: sideOf(by) }),
    ...(attribution === 'named' && nameOf(by) !== undefined && { name: nameOf(by) }),
  }
  return isDeepStrictEqual(allowed, shown)
}
