import { FAY, PARTICIPANTS, SEATS, SECRET, SIGNED } from './cast.ts'
import { CAUCUS, PANEL, type Part, ROOM, SPACES, type Write } from './engine.ts'
import { must } from './fault.ts'
import type { Body, Ledger } from './ledger.ts'
import { type Move, WORDS } from './menu.ts'
import { isSeated, type Table } from './table.ts'
import { presentIn, yesTo } from './ways.ts'
import { wordsOf } from './words.ts'

/** What may be done while the room is paused, or before the rules are accepted; the rest waits (DG7, GR2). */
const AT_ANY_TIME = ['rules.affirmed', 'seat.leaving', 'taken-out', 'opened', 'destruction.confirmed']
const NO = [
  'destruction.stopped',
  'turn.revoked',
  'turn.passed',
  'line.turn-revoked',
  'line.passed',
  'contribution.withdrawn',
]
const WHILE_PAUSED = ['room.resumed', ...AT_ANY_TIME, ...NO]
const UNAFFIRMED = ['room.paused', 'room.resumed', ...AT_ANY_TIME, 'stage.entered', 'reason.noted']

/** Ways of not answering: nobody else is told (RD5, MI6, BR4). */
const QUIET = ['passRound', 'passRestating', 'holdLine']

const ledgerAt = (table: Table, at: number): Ledger => (table[at] as Part).ledger

/** Checks what a command of a device that has read everything has come to. */
export function checkMove(
  table: Table,
  { person, label, writes }: Move,
  setAside: readonly (string | undefined)[],
  after: Table,
  shownTo: (table: Table, person: number) => string,
): void {
  must(
    setAside.every((code) => code === undefined),
    'what was decided is not set aside (DG11)',
    label,
    setAside,
  )
  const { id } = SEATS[person] as (typeof SEATS)[number]
  const { stage, paused, affirmed, left } = ledgerAt(table, ROOM)
  for (const write of writes) {
    const { type, run } = write.body as Body
    must(!paused || WHILE_PAUSED.includes(type), 'while the room is paused nobody acts (DG7)', label)
    must(affirmed.includes(id) || UNAFFIRMED.includes(type), 'first the rules (GR2)', label)
    must(!left.includes(id) || ['seat.leaving', 'opened'].includes(type), 'who has left does nothing (DG9)', label)
    const isOver = run !== undefined && run.replace(/\/.*#/, '#') !== stage
    must(!isOver || type === 'contribution.withdrawn', 'in a visit that is over nothing is done (DG14)', label)
    checkCarried(table, write, label)
    checkSecret(write, label)
  }
  checkQuiet(table, { person, label, writes }, after, shownTo)
}

/** What is told to nobody: not to answer; and, but for what it does to a line, to leave. */
function checkQuiet(
  table: Table,
  { person, label }: Move,
  after: Table,
  shownTo: (table: Table, person: number) => string,
): void {
  const { id } = SEATS[person] as (typeof SEATS)[number]
  const [does, line] = [label.split(' ')[1] ?? '', label.split(' ').at(-1) ?? '']
  const leaves = does === 'leave' && Object.keys(ledgerAt(table, ROOM).lines).length === 0
  const passes = QUIET.includes(does) && !yesTo(table, line, 'yes').includes(id)
  if (!passes && !leaves) return
  for (const other of SEATS.keys()) {
    if (other === person || !isSeated(table, other) || (leaves && SEATS[other] === FAY)) continue
    const same = shownTo(table, other) === shownTo(after, other)
    const rule = leaves ? 'of who leaves only facilitators are told (DG9)' : 'passing shows no more than silence (DS5)'
    must(same, rule, label, SEATS[other]?.name)
  }
}

/** What opens a round is in the panel alone until the round closes. */
function checkSecret({ at, body, key }: Write, label: string): void {
  const closes = at === ROOM && (body as Body).type === 'round.closed'
  must(
    at === PANEL || closes || !key.includes(SECRET),
    'nobody else has what opens a round before it closes (RD8)',
    label,
  )
}

/** Words and signatures, and the space in which each was written first. */
function tokensOf(key: string): readonly { readonly token: string; readonly origin: string }[] {
  const refs = (key.match(/(?<=")(room|panel)_[\w-]{38}(?=")/g) ?? []).map(wordsOf)
  const words = [...refs, ...(key.match(WORDS) ?? [])].map((token) => ({
    token,
    origin: token.slice(1, token.indexOf(':')),
  }))
  const signatures = PARTICIPANTS.filter(({ id }) => key.includes(`${SIGNED}${id}`)).map(({ id, side }) => ({
    token: `${SIGNED}${id}`,
    origin: `caucus:${side}`,
  }))
  return [...words, ...signatures]
}

/** A caucus that has not been told of whom the room has lost still has yeses that may have to lapse (BR11, TN5). */
function checkTold(table: Table, label: string): void {
  for (const [p, { id }] of PARTICIPANTS.entries()) {
    const { state, ledger } = table[CAUCUS + (p >> 1)] as Part
    const isIn = state.governing.roster.some((seat) => seat.id === id)
    const told = !ledgerAt(table, ROOM).taken.includes(id) || !isIn || ledger.left.includes(id)
    must(told, 'nobody’s "not yet" is got rid of with the person (BR11, TN5)', label, id)
  }
}

/** Two of each side, or all where they are fewer, and nobody less, have a yes standing to what is to be destroyed (DX3). */
function checkAgreed(table: Table, { body }: Write, label: string): void {
  const said = yesTo(table, (body as Body).id, 'yes')
  const present = PARTICIPANTS.filter(({ id }) => presentIn(table).includes(id))
  for (const side of new Set(PARTICIPANTS.map((one) => one.side))) {
    const people = present.filter((one) => one.side === side)
    const enough =
      people.length > 0 && people.filter(({ id }) => said.includes(id)).length >= Math.min(2, people.length)
    must(enough, 'nothing is destroyed without two of each side (DX3)', label, side)
  }
  checkTold(table, label)
}

/** What was in another space before goes on by the yes of everyone who is there, to exactly this, and by nothing else. */
function checkCarried(table: Table, write: Write, label: string): void {
  const { at, body, key } = write
  const { type, line, text } = body as Body
  if (type === 'destruction.agreed') return checkAgreed(table, write, label)
  const carries = type === 'line.cleared' || type === 'line.delivered'
  const foreign = tokensOf(key).filter(({ origin }) => origin !== SPACES[at])
  must(carries || foreign.length === 0, 'nothing goes from a space to another but by a path (DS1)', label, foreign)
  if (!carries) return
  const missing = presentIn(table).filter((seat) => !yesTo(table, line, 'yes').includes(seat))
  must(
    missing.length === 0,
    'nothing is cleared or released without everyone’s standing yes (BR5, BR8)',
    label,
    missing,
  )
  const sides = SPACES.slice(CAUCUS, CAUCUS + 2).filter(
    (_, i) => !PARTICIPANTS.some((one, p) => p >> 1 === i && presentIn(table).includes(one.id)),
  )
  must(sides.length === 0, 'a side of which nobody is there has no yes (BR5)', label, sides)
  if (type === 'line.delivered')
    must(ledgerAt(table, ROOM).lines[line] === text, 'what leaves is what everyone has read (BR8)', label, text)
  checkTold(table, label)
}
