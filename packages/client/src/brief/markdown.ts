import { type Brief, directionOfText, type VisibleBrief, visibleBrief } from './brief.ts'

/** Every character that starts something in CommonMark or its common extensions, wherever it stands. */
const SPECIAL = /[\\`*_[\]<>&|~$#{}^@]/g
/** What starts something at the beginning of a line only: lists, rules, headings underlined. */
const AT_START = /^(\d{1,9})([.)])|^([-+=:%!])/
const LINK = /(:)(?=\/\/)|(?<=\bwww)(\.)/gi

/** One line of text as Markdown that shows exactly this text. */
const escapeLine = (line: string): string =>
  line
    .replace(SPECIAL, '\\$&')
    .replace(LINK, '\\$&')
    .replace(AT_START, (_all, digits: string | undefined, dot: string, other: string) =>
      digits === undefined ? `\\${other}` : `${digits}\\${dot}`,
    )

const FIRST_STRONG_ISOLATE = '\u2068'
const END_OF_ISOLATE = '\u2069'

/** A line that runs the other way than the page is set apart, or its full stop would land on the wrong side. */
function isolate(line: string, { direction }: VisibleBrief): string {
  const escaped = escapeLine(line)
  return directionOfText(line, direction) === direction ? escaped : `${FIRST_STRONG_ISOLATE}${escaped}${END_OF_ISOLATE}`
}

/** A text of several lines under `first`: a backslash at the end of a line breaks it. */
const paragraph = (text: string, brief: VisibleBrief, first: string, next: string): string =>
  text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : next}${isolate(line, brief)}`)
    .join('\\\n')

/**
 * The brief as Markdown (CommonMark), UTF-8 with a line end at the end. No text can become anything but text.
 * A page that runs from right to left stands in an element that says so.
 */
export function briefMarkdown(brief: Brief): string {
  const visible = visibleBrief(brief)
  const { heading, notice, lines, isEmpty, language, direction } = visible
  const body = isEmpty
    ? paragraph(lines.join('\n'), visible, '', '')
    : lines.map((line) => paragraph(line, visible, '- ', '  ')).join('\n')
  const page = [`# ${isolate(heading, visible)}`, `> ${isolate(notice, visible)}`, body].join('\n\n')
  if (direction === 'ltr') return `${page}\n`
  return `<div dir="rtl" lang="${language}">\n\n${page}\n\n</div>\n`
}
