/** Parts taken over from the library that writes the document. */
export const KEPT_PARTS: readonly string[] = [
  'word/document.xml',
  'word/styles.xml',
  'word/numbering.xml',
  'word/settings.xml',
  'word/fontTable.xml',
]

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml'

/** `word/styles.xml` → `styles` */
const kindOf = (part: string): string => part.slice('word/'.length, -'.xml'.length)

const contentType = (part: string): string => {
  const kind = kindOf(part) === 'document' ? 'document.main' : kindOf(part)
  return `<Override PartName="/${part}" ContentType="${WORD}.${kind}+xml"/>`
}

const relationship = (id: number, kind: string, target: string): string =>
  `<Relationship Id="rId${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`

const relationships = (entries: readonly string[]): string =>
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">${entries.join('')}</Relationships>`

/**
 * Parts that say which parts there are. Ours name no properties: what a document does not have cannot tell anything.
 */
export const FIXED_PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': [
    `${XML}<Types xmlns="${PACKAGE}/content-types">`,
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    ...KEPT_PARTS.map(contentType),
    '</Types>',
  ].join(''),
  '_rels/.rels': relationships([relationship(1, 'officeDocument', 'word/document.xml')]),
  'word/_rels/document.xml.rels': relationships(
    KEPT_PARTS.slice(1).map((part, index) => relationship(index + 1, kindOf(part), `${kindOf(part)}.xml`)),
  ),
}

/** All parts of a brief, as they stand in the file. The first must be first. */
export const PART_ORDER: readonly string[] = [...Object.keys(FIXED_PARTS), ...KEPT_PARTS]
