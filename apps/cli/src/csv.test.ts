import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { damaged, malformedCases } from '@antechamber/testkit/damage'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { columnOf, parseCsv, readCsv } from './csv.ts'
import { CommandError, EXIT } from './exit.ts'

const folder = mkdtempSync(join(tmpdir(), 'antechamber-csv-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('what is read', () => {
  test.each([
    ['line feeds', 'a,b\n1,2\n'],
    ['a byte order mark and carriage returns', '\ufeffa,b\r\n1,2\r\n'],
    ['carriage returns alone, and no end of the last line', 'a,b\r1,2'],
    ['empty lines in between', 'a,b\n\n1,2\n\n'],
    ['spaces around the names', ' a , b \n1,2\n'],
  ])('%s', (_, text) => {
    const { header, rows } = parseCsv('x.csv', text)
    expect(header).toEqual(['a', 'b'])
    expect(rows.map(({ cells }) => cells)).toEqual([['1', '2']])
  })

  test('quotation marks around commas, line breaks and other quotation marks; each row knows its line', () => {
    const { rows } = parseCsv('x.csv', 'a,b\r\n"one, ""two""\r\nthree",4\r\n5,6\r\n')
    expect(rows).toEqual([
      { line: 2, cells: ['one, "two"\nthree', '4'] },
      { line: 4, cells: ['5', '6'] },
    ])
  })

  test('a file in any script', async () => {
    const { rows } = await readCsv(file('zh.csv', 'a\n我覺得 UberX\n'))
    expect(rows[0]?.cells).toEqual(['我覺得 UberX'])
  })
})

const GOOD = ['a,b\r\n"one, ""two""\r\nthree",4\r\n5,6\r\n', '\ufeffid,text\n1,我覺得\n\n2,"x"\n'].map((text) =>
  new TextEncoder().encode(text),
)

test('any bytes are a table, or are refused with the file and the place; nothing else is thrown', async () => {
  const path = join(folder, 'any.csv')
  const letters = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '\ufeff', '\u0000', '=') })
  const bytes = fc.oneof(
    damaged(GOOD),
    letters.map((text) => new TextEncoder().encode(text)),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      writeFileSync(path, content)
      const read = await readCsv(path).catch((error: unknown) => error)
      if (read instanceof CommandError) {
        expect(read.exit).toBe(EXIT.badData)
        expect(read.message.startsWith(path)).toBe(true)
      } else {
        const { header, rows } = read as Awaited<ReturnType<typeof readCsv>>
        expect(rows.every(({ cells, line }) => cells.length === header.length && line > 0)).toBe(true)
      }
    }),
    { numRuns: malformedCases(150) },
  )
})

describe('what is wrong is told with its place', () => {
  const complaint = (text: string): string => {
    try {
      parseCsv('x.csv', text)
      return 'fine'
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
  }

  test.each([
    ['', 'x.csv: is empty'],
    ['a,b\n1,2\n3\n', 'x.csv, line 3: has 1 cells, the header has 2'],
    ['a,b\n"x\ny",2\n3,4,5\n', 'x.csv, line 4: has 3 cells, the header has 2'],
    ['a,b,a\n1,2,3\n', 'x.csv, line 1, column 3: there are two columns "a"'],
    ['a,b\n1,2\n3,"4\n5\n', 'x.csv, line 3: a quotation mark is opened here and never closed'],
    [
      'a,b\n1,"2"3\n',
      'x.csv, line 2, column 2: there is something between a closing quotation mark and the next comma',
    ],
    [
      'a,b\n1,2"3\n',
      'x.csv, line 2, column 2: there is a quotation mark in the middle of a cell that does not begin with one',
    ],
  ])('%j', (text, expected) => {
    expect(complaint(text)).toBe(expected)
  })

  test.each([
    ['bytes that are no UTF-8', Uint8Array.of(0x61, 0xff, 0xfe), 'is not text in UTF-8'],
    ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), 'is not text in UTF-8'],
    ['a zero byte', 'a,b\n\u0000', 'is not text in UTF-8'],
  ])('%s', async (name, content, expected) => {
    const path = file(name, content)
    await expect(readCsv(path)).rejects.toThrow(`${path}: ${expected}`)
  })

  test('a file that is not there, and a folder', async () => {
    await expect(readCsv(join(folder, 'none.csv'))).rejects.toThrow('none.csv: there is no such file')
    await expect(readCsv(folder)).rejects.toThrow('is not a file')
  })

  test('a column that is not there', () => {
    expect(() => columnOf(parseCsv('x.csv', 'a,b\n'), 'c')).toThrow(
      'x.csv, line 1: has no column "c"; its columns are a, b',
    )
  })
})
