import { visibleText } from '@antechamber/core'
import { unzipSync, zipSync } from 'fflate'
import { afterEach, describe, expect, test } from 'vitest'
import { briefDocx, splitByDirection } from './docx.ts'
import { PART_ORDER } from './docx-parts.ts'
import { type BriefTrace, inspectBrief } from './inspect.ts'
import { arabic, english, WHO_WAS_THERE } from './testing/briefs.ts'

const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

async function partsOf(bytes: Uint8Array): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, textOf(content)]))
}

async function look(bytes: Uint8Array) {
  const file = await inspectBrief(bytes)
  if (!file.ok) throw new Error(file.error.code)
  return file.value
}

const codesOf = (traces: readonly BriefTrace[]): string[] => [...new Set(traces.map(({ code }) => code))].sort()

describe.each([
  ['English', english],
  ['Arabic', arabic],
  ['English, without lines', { ...english, lines: [] }],
])('a brief in %s', (_name, brief) => {
  test('[R35] [R06] the file holds its texts and nothing else', async () => {
    const { parts, paragraphs, traces } = await look(await briefDocx(brief))
    expect(traces).toEqual([])
    expect(parts).toEqual(PART_ORDER)
    const lines = brief.lines.length > 0 ? brief.lines : [brief.empty]
    expect(paragraphs).toEqual([brief.heading, brief.notice, ...lines])
  })

  test('[R35] no part of it names a person, a side, this product or a time', async () => {
    const parts = await partsOf(await briefDocx(brief))
    for (const [name, text] of Object.entries(parts)) {
      for (const who of [...WHO_WAS_THERE, 'Un-named']) expect(text.includes(who), `${who} in ${name}`).toBe(false)
      const years = text.match(/\b(19|20)\d\d-\d\d(-\d\d)?/g) ?? []
      expect(years, name).toEqual([])
    }
  })

  test('every relationship leads to a part, every part is reached and has a type', async () => {
    const parts = await partsOf(await briefDocx(brief))
    const reached = new Set(['[Content_Types].xml', '_rels/.rels'])
    for (const [rels, folder] of [
      ['_rels/.rels', ''],
      ['word/_rels/document.xml.rels', 'word/'],
    ] as const) {
      reached.add(rels)
      for (const [, target] of (parts[rels] as string).matchAll(/Target="([^"]+)"/g)) reached.add(`${folder}${target}`)
    }
    expect([...reached].sort()).toEqual(Object.keys(parts).sort())
    const types = parts['[Content_Types].xml'] as string
    for (const name of Object.keys(parts).filter((one) => one.startsWith('word/') && !one.endsWith('.rels')))
      expect(types).toContain(`PartName="/${name}"`)
    expect(Object.values(parts).join('')).not.toMatch(/\br:(id|embed|link)=/)
  })

  test('[R35] the same brief gives the same bytes, now and later', async () => {
    const first = await briefDocx(brief)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(Buffer.from(await briefDocx(brief)).equals(first)).toBe(true)
  })
})

describe('where the device is', () => {
  const zone = process.env['TZ']
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  test.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu'])(
    '[R35] %s leaves no trace',
    async (name) => {
      process.env['TZ'] = 'UTC'
      const first = await briefDocx(english)
      process.env['TZ'] = name
      expect(Buffer.from(await briefDocx(english)).equals(first)).toBe(true)
    },
  )
})

describe('writing from right to left', () => {
  const paragraphs = async (brief: typeof arabic): Promise<string[]> =>
    ((await partsOf(await briefDocx(brief)))['word/document.xml'] as string).match(/<w:p>.*?<\/w:p>/gs) ?? []

  test('paragraphs in Arabic run from the right, and their words are marked so', async () => {
    const [heading, notice, line, mixed, latin] = await paragraphs(arabic)
    for (const one of [heading, notice, line]) {
      expect(one).toContain('<w:bidi/>')
      expect(one).toContain('<w:rtl/>')
      expect(one?.match(/<w:r>/g)).toHaveLength(1)
    }
    expect(mixed).toMatch(
      /<w:bidi\/>.*<w:rtl\/>.*>تنشر اللجنة المشتركة <.*<w:r><w:t[^>]*>OSCE Monitor 2\.0<\/w:t><\/w:r>.*<w:rtl\/>/s,
    )
    expect(latin).not.toMatch(/<w:bidi\/>|<w:rtl\/>/)
  })

  test('Arabic words in an English brief are marked, and a line in Arabic runs from the right', async () => {
    const [, , first, , mixed, line] = await paragraphs(english)
    expect(first).not.toMatch(/<w:bidi\/>|<w:rtl\/>/)
    expect(mixed).toMatch(/<w:r><w:rPr><w:rtl\/><\/w:rPr><w:t[^>]*>مرحبا<\/w:t><\/w:r>/)
    expect(mixed).not.toContain('<w:bidi/>')
    expect(line).toContain('<w:bidi/>')
  })

  test('the document says its language and has fonts for its letters', async () => {
    const styles = (await partsOf(await briefDocx(arabic)))['word/styles.xml']
    expect(styles).toContain('<w:lang w:bidi="ar"/>')
    expect(styles).toMatch(/w:cs="Times New Roman"/)
    expect((await partsOf(await briefDocx(english)))['word/styles.xml']).toContain('<w:lang w:val="en"/>')
  })

  test('a text is split where its direction turns, and nowhere else', () => {
    expect(splitByDirection('قال OSCE 2.0 (v. 3) أمس', 'rtl')).toEqual([
      { text: 'قال ', direction: 'rtl' },
      { text: 'OSCE 2.0 (v. 3)', direction: 'ltr' },
      { text: ' أمس', direction: 'rtl' },
    ])
    expect(splitByDirection('say مرحبا يا عالم, now', 'ltr')).toEqual([
      { text: 'say ', direction: 'ltr' },
      { text: 'مرحبا يا عالم', direction: 'rtl' },
      { text: ', now', direction: 'ltr' },
    ])
    expect(splitByDirection('(OSCE) 3', 'rtl')).toEqual([
      { text: '(', direction: 'rtl' },
      { text: 'OSCE', direction: 'ltr' },
      { text: ') 3', direction: 'rtl' },
    ])
    expect(splitByDirection('say سلامُ, 3 now', 'ltr')).toEqual([
      { text: 'say ', direction: 'ltr' },
      { text: 'سلامُ, 3', direction: 'rtl' },
      { text: ' now', direction: 'ltr' },
    ])
    expect(splitByDirection('12', 'rtl')).toEqual([{ text: '12', direction: 'rtl' }])
    expect(splitByDirection('', 'rtl')).toEqual([])
  })
})

test('[R35] what nobody can see does not get into the file, and what breaks XML does not break it', async () => {
  const text = 'a\u200b\u202e<w:p>&amp;\u0000 "b" \'c\' ]]>\ud800\ufeff'
  const { paragraphs, traces } = await look(await briefDocx({ ...english, lines: [text] }))
  expect(paragraphs.at(-1)).toBe(visibleText(text))
  expect(paragraphs.at(-1)).toBe('a<w:p>&amp; "b" \'c\' ]]>')
  expect(traces).toEqual([])
})

describe('the check finds', () => {
  test('what the library by itself would have told', async () => {
    const { Document, Packer, Paragraph } = await import('docx')
    const raw = await Packer.toArrayBuffer(new Document({ sections: [{ children: [new Paragraph('x')] }] }))
    const { traces } = await look(new Uint8Array(raw))
    expect(codesOf(traces)).toEqual(['part', 'property', 'time'])
    expect(traces).toContainEqual({
      code: 'property',
      part: 'docProps/core.xml',
      name: 'dc:creator',
      value: 'Un-named',
    })
    expect(traces).toContainEqual({ code: 'part', part: 'docProps/core.xml' })
    expect(traces.filter(({ code }) => code === 'property').map((one) => 'name' in one && one.name)).toContain(
      'dcterms:created',
    )
  })

  test.each<[string, string, BriefTrace['code']]>([
    ['a revision with its author', '<w:ins w:id="1" w:author="Ada"><w:r><w:t>x</w:t></w:r></w:ins>', 'mark'],
    ['a session of editing', '<w:p w:rsidR="00A1"></w:p>', 'mark'],
    ['hidden text', '<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>', 'mark'],
    ['a place for a comment', '<w:commentReference w:id="0"/>', 'mark'],
    ['a paragraph with a number', '<w:p w14:paraId="1"></w:p>', 'mark'],
  ])('%s', async (_what, xml, code) => {
    const parts = unzipSync(await briefDocx(english))
    const document = textOf(parts['word/document.xml']).replace('</w:body>', `${xml}</w:body>`)
    const changed = zipSync(
      { ...parts, 'word/document.xml': new TextEncoder().encode(document) },
      { mtime: new Date(1980, 0, 1) },
    )
    const { traces } = await look(changed)
    expect(codesOf(traces)).toEqual([code])
  })

  test('a part too many, a link outwards, a time, a comment and bytes behind the end', async () => {
    const parts = unzipSync(await briefDocx(english))
    const mtime = new Date(1980, 0, 1)
    const added = await look(zipSync({ ...parts, 'word/comments.xml': new Uint8Array() }, { mtime }))
    expect(added.traces).toEqual([{ code: 'part', part: 'word/comments.xml' }])
    const link = new TextEncoder().encode('<Relationship TargetMode="External" Target="http://x"/>')
    const linked = await look(zipSync({ ...parts, 'word/_rels/document.xml.rels': link }, { mtime }))
    expect(codesOf(linked.traces)).toEqual(['link'])
    const dated = await look(zipSync(parts, { mtime: new Date(2026, 0, 2) }))
    expect(codesOf(dated.traces)).toEqual(['time'])
    const noted = await look(zipSync(parts, { mtime, comment: 'Ada' }))
    expect(codesOf(noted.traces)).toEqual(['zip-field'])
    const longer = await look(Buffer.concat([await briefDocx(english), Buffer.from('Ada')]))
    expect(longer.traces).toEqual([{ code: 'stray-bytes', count: 3 }])
  })

  test('nothing in what is no document, however it is cut', async () => {
    const whole = await briefDocx(english)
    for (const bytes of [new Uint8Array(), new Uint8Array(100), zipSync({ a: new Uint8Array(3) })])
      expect(await inspectBrief(bytes)).toEqual({ ok: false, error: { code: 'not-a-document' } })
    for (let length = 0; length < whole.length; length += 97)
      expect((await inspectBrief(whole.subarray(0, length))).ok).toBe(false)
  })
})
