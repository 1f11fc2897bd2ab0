import { readFile, stat } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { CommandError, EXIT } from './exit.ts'

/** Longer files are not read: a whole one is held in memory. */
const MAX_FILE_BYTES = 256 * 1024 * 1024

/** One row, as text. `line` is where it begins in the file, from 1. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** A file of comma-separated values whose rows all have as many cells as its header. */
export interface CsvTable {
  readonly file: string
  readonly header: readonly string[]
  readonly rows: readonly CsvRow[]
}

/** Says which file, and where in it, something is wrong. */
export const badData = (file: string, problem: string, line?: number, column?: number): CommandError => {
  const place = [
    file,
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ]
  return new CommandError(EXIT.badData, `${place.join(', ')}: ${problem}`)
}

const PROBLEMS: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'there is something between a closing quotation mark and the next comma',
  INVALID_OPENING_QUOTE: 'there is a quotation mark in the middle of a cell that does not begin with one',
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const found = await stat(file)
    // A device or a pipe may have no end.
    if (!found.isFile()) throw badData(file, 'is not a file')
    const { size } = found
    if (size > MAX_FILE_BYTES) throw badData(file, `has ${size} bytes; at most ${MAX_FILE_BYTES} are read`)
    return await readFile(file)
  } catch (error) {
    if (error instanceof CommandError) throw error
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    throw badData(file, code === 'ENOENT' ? 'there is no such file' : `cannot be read (${String(code)})`)
  }
}

function decodeText(file: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!text.includes('\u0000')) return text
  } catch {
    // Told below, together with bytes that are UTF-8 but no text.
  }
  throw badData(file, 'is not text in UTF-8')
}

/** Reads a file. Throws {@link CommandError} that names file, line and column. Cost: the file is held in memory. */
export async function readCsv(file: string): Promise<CsvTable> {
  return parseCsv(file, decodeText(file, await readBytes(file)))
}

interface Parsed {
  readonly info: { readonly lines: number }
  readonly record: readonly string[]
}

const lineBreaksIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0)

/** Parses text: a byte order mark, any kind of line end, and line breaks in quotation marks are all fine. */
export function parseCsv(file: string, text: string): CsvTable {
  const [first, ...rest] = parseRecords(file, text.replace(/\r\n?/g, '\n'))
  if (!first) throw badData(file, 'is empty')
  const header = first.record.map((name) => name.trim())
  const double = header.findIndex((name, at) => header.indexOf(name) !== at)
  if (double >= 0) throw badData(file, `there are two columns "${header[double]}"`, 1, double + 1)
  const rows = rest.map(({ info, record }): CsvRow => {
    const line = info.lines - lineBreaksIn(record)
    if (record.length === header.length) return { line, cells: record }
    throw badData(file, `has ${record.length} cells, the header has ${header.length}`, line)
  })
  return { file, header, rows }
}

function parseRecords(file: string, text: string): readonly Parsed[] {
  try {
    const options = { bom: true, info: true, skip_empty_lines: true, relax_column_count: true } as const
    return parse(text, options) as unknown as readonly Parsed[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines, column } = error as unknown as { readonly lines?: number; readonly column?: unknown }
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
      throw badData(file, 'a quotation mark is opened here and never closed', lineOfLastQuote(text))
    }
    const problem = PROBLEMS[error.code] ?? `cannot be read (${error.code})`
    throw badData(file, problem, lines, typeof column === 'number' ? column + 1 : undefined)
  }
}

/** Within the last cell there is no other quotation mark, or that one would have closed it. */
const lineOfLastQuote = (text: string): number => text.slice(0, text.lastIndexOf('"')).split('\n').length

/** Where the column of that name is. Throws {@link CommandError} when there is none. */
export function columnOf({ file, header }: CsvTable, name: string): number {
  const at = header.indexOf(name)
  if (at < 0) throw badData(file, `has no column "${name}"; its columns are ${list(header)}`, 1)
  return at
}

const list = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`
