import { badData, type CsvRow, type CsvTable, columnOf } from '../../csv.ts'

/** A vote that was never cast. Votes are 1 (agrees), -1 (disagrees) and 0 (passes). */
export const UNSEEN = 2

/** Longest statement that is played: what a line of a brief may have, in Unicode code points. */
export const MAX_STATEMENT_CHARS = 400

export interface Statement {
  readonly id: string
  /** On one line: runs of spaces, line breaks and control characters have become one space. */
  readonly text: string
}

/** Somebody who voted on at least one statement that is played. */
export interface Voter {
  readonly id: string
  /** The group that the service published for them, if any. */
  readonly group: string | undefined
  /** One for each statement of the conversation, in its order: 1, -1, 0 or {@link UNSEEN}. */
  readonly votes: Int8Array
}

/** How many statements are not played, and why. */
export interface LeftOut {
  readonly moderatedOut: number
  readonly meta: number
  readonly empty: number
  readonly tooLong: number
  readonly notVotedOn: number
  /** In the same words as another that more people voted on. */
  readonly repeated: number
}

/** A public conversation, as far as it is played. */
export interface Conversation {
  /** Those voted on by most people first; of two alike, the one with the smaller id. */
  readonly statements: readonly Statement[]
  readonly leftOut: LeftOut
  /** In the order of the file. */
  readonly voters: readonly Voter[]
  /** People of the file without a vote on any of these statements. */
  readonly silent: number
}

/** Reads an export in the Polis format. Throws CommandError that names the place. Source: docs/operate/cli.md. */
export function readConversation(comments: CsvTable, votes: CsvTable): Conversation {
  const { kept, leftOut } = readStatements(comments)
  const columns = statementColumns(votes)
  const inBoth = kept.filter(({ id }) => columns.has(id))
  const people = readVoters(
    votes,
    inBoth.map(({ id }) => columns.get(id) as number),
  )
  const turnout = inBoth.map((_, at) => people.filter((one) => one.votes[at] !== UNSEEN).length)
  const votedOn = inBoth
    .map((_, at) => at)
    .filter((at) => (turnout[at] as number) > 0)
    .sort((a, b) => (turnout[b] as number) - (turnout[a] as number) || Number(inBoth[a]?.id) - Number(inBoth[b]?.id))
  const texts = votedOn.map((at) => inBoth[at]?.text)
  const order = votedOn.filter((_, at) => texts.indexOf(texts[at]) === at)
  const voters = people
    .map((voter) => ({ ...voter, votes: Int8Array.from(order, (at) => voter.votes[at] as number) }))
    .filter((voter) => voter.votes.some((vote) => vote !== UNSEEN))
  return {
    statements: order.map((at) => inBoth[at] as Statement),
    leftOut: { ...leftOut, notVotedOn: kept.length - votedOn.length, repeated: votedOn.length - order.length },
    voters,
    silent: people.length - voters.length,
  }
}

/** The text on one line; no control character is left. */
const onOneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim()

const isTrue = (cell: string | undefined): boolean => /^(true|1)$/i.test(cell?.trim() ?? '')

function readStatements(table: CsvTable) {
  const idAt = columnOf(table, 'comment-id')
  const textAt = columnOf(table, 'comment-body')
  const moderatedAt = table.header.indexOf('moderated')
  const metaAt = table.header.indexOf('is-meta')
  const seen = new Set<string>()
  const kept: Statement[] = []
  const leftOut = { moderatedOut: 0, meta: 0, empty: 0, tooLong: 0 }
  for (const { line, cells } of table.rows) {
    const id = readId(table, cells[idAt], line, idAt)
    if (seen.has(id)) throw badData(table.file, `a second statement with the id ${id}`, line, idAt + 1)
    seen.add(id)
    const text = onOneLine(cells[textAt] ?? '')
    const moderated = moderatedAt < 0 ? '0' : (cells[moderatedAt] ?? '').trim()
    if (!/^(-1|0|1|)$/.test(moderated)) {
      throw badData(table.file, `"moderated" is ${quoted(moderated)}, not -1, 0 or 1`, line, moderatedAt + 1)
    }
    if (moderated === '-1') leftOut.moderatedOut += 1
    else if (metaAt >= 0 && isTrue(cells[metaAt])) leftOut.meta += 1
    else if (text === '') leftOut.empty += 1
    else if ([...text].length > MAX_STATEMENT_CHARS) leftOut.tooLong += 1
    else kept.push({ id, text })
  }
  return { kept, leftOut }
}

const quoted = (text: string): string => JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text)

/** Statements have whole numbers as ids; leading zeros and spaces do not make another one. */
function readId(table: CsvTable, cell: string | undefined, line: number, at: number): string {
  const text = cell?.trim() ?? ''
  if (!/^\d{1,15}$/.test(text)) throw badData(table.file, `the id is ${quoted(text)}, not a whole number`, line, at + 1)
  return String(Number(text))
}

/** Where each statement's votes stand. A column whose name is a whole number is a statement's. */
function statementColumns({ file, header }: CsvTable): ReadonlyMap<string, number> {
  const columns = new Map(header.flatMap((name, at) => (/^\d{1,15}$/.test(name) ? [[String(Number(name)), at]] : [])))
  if (columns.size === 0) throw badData(file, 'has no column for any statement; those are named by its id', 1)
  return columns as ReadonlyMap<string, number>
}

function readVoters(table: CsvTable, columns: readonly number[]): readonly Voter[] {
  const idAt = columnOf(table, 'participant')
  const groupAt = columnOf(table, 'group-id')
  const seen = new Set<string>()
  return table.rows.map(({ line, cells }) => {
    const id = cells[idAt]?.trim() ?? ''
    if (id === '' || seen.has(id)) {
      throw badData(
        table.file,
        id === '' ? 'a participant without an id' : `a second participant ${quoted(id)}`,
        line,
        idAt + 1,
      )
    }
    seen.add(id)
    const votes = Int8Array.from(columns, (at) => readVote(table, { line, cells }, at))
    return { id, group: cells[groupAt]?.trim() || undefined, votes }
  })
}

function readVote({ file, header }: CsvTable, { line, cells }: CsvRow, at: number): number {
  switch (cells[at]?.trim()) {
    case '':
      return UNSEEN
    case '1':
    case '1.0':
      return 1
    case '-1':
    case '-1.0':
      return -1
    case '0':
    case '0.0':
      return 0
    default:
      throw badData(
        file,
        `the vote on statement ${header[at]} is ${quoted(cells[at] ?? '')}, not 1, 0, -1 or empty`,
        line,
        at + 1,
      )
  }
}
