import type { IRunOptions, Paragraph } from 'docx'
import {
  type Brief,
  type Direction,
  directionOfLetter,
  directionOfText,
  type VisibleBrief,
  visibleBrief,
} from './brief.ts'
import { FIXED_PARTS, KEPT_PARTS, PART_ORDER } from './docx-parts.ts'

type Docx = typeof import('docx')

/** Fonts that Word and LibreOffice have or replace well: for Latin, and for Arabic and Hebrew letters. */
const FONT = { ascii: 'Georgia', hAnsi: 'Georgia', eastAsia: 'Georgia', cs: 'Times New Roman' }
const INK = '1F1F1F'
/** In half points. Arabic letters look smaller than Latin ones of the same size. */
const SIZE = { size: 24, sizeComplexScript: 28 }
const HEADING_SIZE = { size: 36, sizeComplexScript: 40 }
const NOTICE_SIZE = { size: 21, sizeComplexScript: 25 }
const LINE_SPACING = { after: 160, line: 320 }

/** A stretch of text that runs one way. */
interface Stretch {
  text: string
  readonly direction: Direction
}

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** Marks and digits run with the letters before them, and a bracket with the one that it closes (as UAX 9 has it). */
function followsOn(letter: string, last: Stretch, between: string): boolean {
  if (/\p{M}/u.test(letter)) return between === ''
  if (/\p{Nd}/u.test(letter)) return !/[)\]]/.test(between)
  const soFar = last.text + between
  return /[)\]]/.test(letter) && countOf(soFar, /[([]/g) > countOf(soFar, /[)\]]/g) && /[([]/.test(last.text)
}

/**
 * The text in stretches that run one way. Only stretches against `base` are told apart, from their first letter to
 * their last and what follows on; everything else runs as the page does.
 */
export function splitByDirection(text: string, base: Direction): readonly Stretch[] {
  const stretches: Stretch[] = []
  let between = ''
  const add = (part: string, direction: Direction): void => {
    const last = stretches.at(-1)
    if (last?.direction === direction) last.text += part
    else if (part !== '') stretches.push({ text: part, direction })
  }
  for (const letter of text) {
    const last = stretches.at(-1)
    const against = last && last.direction !== base ? last : undefined
    const own = directionOfLetter(letter)
    const direction = own ?? (against && followsOn(letter, against, between) ? against.direction : undefined)
    if (direction === undefined) {
      between += letter
      continue
    }
    add(between, direction === against?.direction ? direction : base)
    add(letter, direction)
    between = ''
  }
  add(between, base)
  return stretches
}

function runsOf(docx: Docx, text: string, base: Direction, look: IRunOptions) {
  return text
    .split('\n')
    .flatMap((line, index) => [
      ...(index > 0 ? [new docx.TextRun({ break: 1 })] : []),
      ...splitByDirection(line, base).map(
        (run) =>
          new docx.TextRun({ ...look, text: run.text, ...(run.direction === 'rtl' ? { rightToLeft: true } : {}) }),
      ),
    ])
}

function paragraphsOf(docx: Docx, brief: VisibleBrief): Paragraph[] {
  const paragraph = (text: string, options: object, look: IRunOptions = {}): Paragraph => {
    const base = directionOfText(text, brief.direction)
    return new docx.Paragraph({
      ...options,
      ...(base === 'rtl' ? { bidirectional: true } : {}),
      children: runsOf(docx, text, base, look),
    })
  }
  const list = brief.isEmpty ? {} : { numbering: { reference: 'lines', level: 0 } }
  return [
    paragraph(brief.heading, { heading: docx.HeadingLevel.HEADING_1, spacing: { after: 200 } }),
    paragraph(brief.notice, { spacing: { after: 320, line: 300 } }, NOTICE_SIZE),
    ...brief.lines.map((line) => paragraph(line, { ...list, spacing: LINE_SPACING })),
  ]
}

function documentOf(docx: Docx, brief: VisibleBrief) {
  const language = brief.direction === 'rtl' ? { bidirectional: brief.language } : { value: brief.language }
  const bullet = {
    level: 0,
    format: docx.LevelFormat.BULLET,
    text: '\u2022',
    alignment: docx.AlignmentType.LEFT,
    style: { paragraph: { indent: { left: 425, hanging: 425 } } },
  }
  return new docx.Document({
    styles: {
      default: {
        document: { run: { font: FONT, color: INK, ...SIZE, language } },
        heading1: { run: { font: FONT, color: INK, bold: true, boldComplexScript: true, ...HEADING_SIZE } },
      },
    },
    numbering: { config: [{ reference: 'lines', levels: [bullet] }] },
    sections: [{ children: paragraphsOf(docx, brief) }],
  })
}

/**
 * The brief as a Word document: text, styles and nothing else. No properties, names, times or editing marks; the same
 * brief gives the same bytes on every device. {@link inspectBrief} proves it of a file. Loads its library when called.
 */
export async function briefDocx(brief: Brief): Promise<Uint8Array> {
  const [docx, { unzipSync, zipSync }] = await Promise.all([import('docx'), import('fflate')])
  const made = await docx.Packer.toArrayBuffer(documentOf(docx, visibleBrief(brief)))
  const kept = unzipSync(new Uint8Array(made), { filter: ({ name }) => KEPT_PARTS.includes(name) })
  const fixed = Object.fromEntries(
    Object.entries(FIXED_PARTS).map(([name, text]) => [name, new TextEncoder().encode(text)]),
  )
  const parts = { ...kept, ...fixed }
  // Zip has no time zone: midnight here is the same two numbers everywhere, the smallest that it can hold.
  const mtime = new Date(1980, 0, 1)
  return zipSync(Object.fromEntries(PART_ORDER.map((name) => [name, parts[name] as Uint8Array])), { level: 9, mtime })
}
