import { err, ok, type Result } from '@antechamber/protocol'
import { PART_ORDER } from './docx-parts.ts'
import { readZipDirectory, type ZipEntry } from './zip-directory.ts'

/** Something in a file that says more than its text does. */
export type BriefTrace =
  /** A part that a brief does not need, such as comments or document properties. */
  | { readonly code: 'part'; readonly part: string }
  /** A property of the document: who, when, with what. */
  | { readonly code: 'property'; readonly part: string; readonly name: string; readonly value: string }
  /** A mark that editing leaves: revisions, their authors and times, numbers of editing sessions, hidden text. */
  | { readonly code: 'mark'; readonly part: string; readonly name: string }
  /** A link out of the document. */
  | { readonly code: 'link'; readonly part: string }
  /** A time of a part other than 1980-01-01. */
  | { readonly code: 'time'; readonly part: string }
  /** Extra fields, comments, permissions or the name of a system in the zip file. */
  | { readonly code: 'zip-field'; readonly part: string }
  /** Bytes that belong to no part. */
  | { readonly code: 'stray-bytes'; readonly count: number }

/** What a file holds. A brief as it should be has no traces, and paragraphs that are exactly its texts. */
export interface BriefFile {
  readonly parts: readonly string[]
  readonly paragraphs: readonly string[]
  readonly traces: readonly BriefTrace[]
}

/** 1980-01-01 00:00 in MS-DOS' way of writing it: the date in the upper half. */
const NO_TIME = 0x0021_0000
const MARK =
  /<(w:ins|w:del|w:moveFrom|w:moveTo|w:comment\w*|w:vanish|w:proofErr|w:permStart|w:sdt|w:fldSimple|w:instrText)\b|\s(w:rsid\w*|w:author|w:initials|w:date|w14:paraId|w14:textId|w15:\w*[gG]uid)=/g
const PROPERTY = /<([\w:]+)(?:\s[^>]*)?>([^<]+)<\/\1>/g

const unescapeXml = (text: string): string =>
  text.replace(/&(lt|gt|quot|apos|amp|#\d+|#x[\da-f]+);/gi, (_all, name: string) => {
    const named = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name.toLowerCase()]
    return named ?? String.fromCodePoint(Number(name.replace('#x', '0x').replace('#', '')))
  })

/** The texts of a document's paragraphs, in order. */
function paragraphsOf(document: string): string[] {
  return [...document.matchAll(/<w:p(?:\s[^>]*)?>(.*?)<\/w:p>/gs)].map(([, inside = '']) =>
    [...inside.matchAll(/<w:t(?:\s[^>]*)?>([^<]*)<\/w:t>|<w:(br)\b/g)]
      .map(([, text, isBreak]) => (isBreak ? '\n' : unescapeXml(text ?? '')))
      .join(''),
  )
}

function tracesOfEntry({ name, stamps, extraBytes, madeBy, attributes }: ZipEntry): BriefTrace[] {
  const traces: BriefTrace[] = []
  if (!PART_ORDER.includes(name)) traces.push({ code: 'part', part: name })
  if (stamps.some((stamp) => stamp !== NO_TIME)) traces.push({ code: 'time', part: name })
  if (extraBytes > 0 || madeBy !== 0 || attributes !== 0) traces.push({ code: 'zip-field', part: name })
  return traces
}

function tracesOfText(part: string, text: string): BriefTrace[] {
  const marks = [...text.matchAll(MARK)].map((match) => ({
    code: 'mark' as const,
    part,
    name: (match[1] ?? match[2]) as string,
  }))
  const isProperties = part.startsWith('docProps/')
  const properties = [...(isProperties ? text.matchAll(PROPERTY) : [])].map((match) => ({
    code: 'property' as const,
    part,
    name: match[1] as string,
    value: unescapeXml(match[2] as string),
  }))
  const links = /TargetMode="External"/i.test(text) ? [{ code: 'link' as const, part }] : []
  return [...marks, ...properties, ...links]
}

/**
 * Looks into a Word document for everything that is not its text. Made to prove that a brief carries nothing else
 * (R35); of other documents it finds what {@link BriefTrace} lists, and no more than that.
 */
export async function inspectBrief(bytes: Uint8Array): Promise<Result<BriefFile, { readonly code: 'not-a-document' }>> {
  const directory = readZipDirectory(bytes)
  if (!directory) return err({ code: 'not-a-document' })
  const { strFromU8, unzipSync } = await import('fflate')
  let contents: Record<string, Uint8Array>
  try {
    contents = unzipSync(bytes)
  } catch {
    return err({ code: 'not-a-document' })
  }
  const texts = Object.entries(contents).map(([part, content]) => [part, strFromU8(content)] as const)
  const document = new Map(texts).get('word/document.xml')
  if (document === undefined) return err({ code: 'not-a-document' })
  const traces = [
    ...directory.entries.flatMap(tracesOfEntry),
    ...texts.flatMap(([part, text]) => tracesOfText(part, text)),
    ...(directory.commentBytes > 0 ? [{ code: 'zip-field' as const, part: '' }] : []),
    ...(directory.strayBytes !== 0 ? [{ code: 'stray-bytes' as const, count: directory.strayBytes }] : []),
  ]
  return ok({ parts: directory.entries.map(({ name }) => name), paragraphs: paragraphsOf(document), traces })
}
