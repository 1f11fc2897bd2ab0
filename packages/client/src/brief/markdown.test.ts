import { visibleText } from '@antechamber/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { briefMarkdown } from './markdown.ts'
import { arabic, english } from './testing/briefs.ts'

test('[R06] [R35] the brief as Markdown: heading, personal capacity, lines', () => {
  expect(briefMarkdown(english)).toBe(
    [
      '# What both sides can live with',
      '',
      '> Everybody who worked on this spoke in a personal capacity. It binds nobody.',
      '',
      '- Fishing boats may use the harbour (both basins) from May to September.',
      '- A joint line for questions \\& complaints: \\<one number\\>, staffed by both sides.',
      '- The word مرحبا stands on every sign.\\',
      '  So does "welcome".',
      '- \u2068سوق مشترك كل يوم جمعة.\u2069',
      '',
    ].join('\n'),
  )
})

test('a language that runs from right to left is wrapped so, and lines against it are set apart', () => {
  const lines = briefMarkdown(arabic).split('\n')
  expect(lines.slice(0, 4)).toEqual(['<div dir="rtl" lang="ar">', '', `# ${arabic.heading}`, ''])
  expect(lines.slice(-4)).toEqual(['  سطر ثان', '', '</div>', ''])
  expect(lines).toContain('- \u2068Both sides keep the market open on Fridays.\u2069')
  expect(lines).toContain('- تنشر اللجنة المشتركة OSCE Monitor 2.0 تقريرا كل شهر.')
})

test('a brief without lines says so', () => {
  expect(briefMarkdown({ ...english, lines: [] })).toMatch(/\n\nNo line was cleared by every side\.\n$/)
  expect(briefMarkdown({ ...arabic, lines: [] })).toContain(`\n\n${arabic.empty}\n\n</div>\n`)
})

test.each([
  ['# not a heading', '\\# not a heading'],
  ['- not a list', '\\- not a list'],
  ['1. not a list', '1\\. not a list'],
  ['2) not a list', '2\\) not a list'],
  ['> not a quotation', '\\> not a quotation'],
  ['---', '\\---'],
  ['[ ] no task', '\\[ \\] no task'],
  ['[a](http://x)', '\\[a\\](http\\://x)'],
  ['![a](x)', '\\!\\[a\\](x)'],
  ['www.example.org', 'www\\.example.org'],
  ['a@b.c', 'a\\@b.c'],
  ['<script>x</script>', '\\<script\\>x\\</script\\>'],
  [
    '&lt; `code` *strong* _em_ ~~gone~~ | cell $x$',
    '\\&lt; \\`code\\` \\*strong\\* \\_em\\_ \\~\\~gone\\~\\~ \\| cell \\$x\\$',
  ],
  ['back\\slash\\', 'back\\\\slash\\\\'],
  ['</div>\n\n# and out', '\\</div\\>\\\n  \\# and out'],
])('%j is shown as it is', (line, escaped) => {
  expect(briefMarkdown({ ...english, lines: [line] })).toMatch(`\n- ${escaped}\n`)
})

/** What a reader of CommonMark makes of a line's text, where every special character is escaped. */
const read = (text: string): string => text.replace(/\\([!-/:-@[-`{-~])/g, '$1')

test('whatever is written stays inside its own line, with every special character escaped', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...'\n#->*_`[]()!|\\<&~=+1.:/'.split('')))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = `a${pieces.join('')}`
      const page = briefMarkdown({ ...english, lines: [text, 'end'] })
      const body = page.slice(page.indexOf('\n- ') + 1, page.lastIndexOf('\n- end\n'))
      const lines = body.split('\n')
      expect(lines.map((line) => line.slice(0, 2))).toEqual(lines.map((_, index) => (index === 0 ? '- ' : '  ')))
      const shown = lines.map((line, index) => (index < lines.length - 1 ? line.slice(2, -1) : line.slice(2)))
      expect(read(shown.join('\n').replace(/[\u2068\u2069]/g, ''))).toBe(visibleText(text))
      for (const one of shown)
        expect(one.replace(/\\[!-/:-@[-`{-~]/g, 'x')).not.toMatch(/[\\`*_[\]<>&|~$#]|^[-+=]|^\d+[.)]/)
    }),
  )
})
