import { expect, test } from 'vitest'
import { parseDeskLink } from './desk-link.ts'
import { CommandError } from './exit.ts'
import { readOptions, wholeNumber } from './options.ts'

const read = (...args: string[]) => readOptions('play', args, { out: 'value', seed: 'value', json: 'flag' })

const complaint = (work: () => unknown): string => {
  try {
    return JSON.stringify(work())
  } catch (error) {
    return error instanceof CommandError ? `${error.exit}: ${error.message}` : String(error)
  }
}

test('values in both forms, and flags; the last one counts', () => {
  const { values, flags } = read('--out', 'here', '--json', '--seed=3', '--seed=4')
  expect(values).toEqual({ out: 'here', seed: '4' })
  expect(flags).toEqual({ json: true })
  expect(read('--out', '-')).toEqual({ values: { out: '-' }, flags: {} })
  expect(read('--out=--odd').values).toEqual({ out: '--odd' })
})

test.each([
  [['--nope'], 'there is no option --nope'],
  [['-x'], 'there is no option -x'],
  [['--constructor'], 'there is no option --constructor'],
  [['file'], '"file" was not expected'],
  [['--', 'file'], '"file" was not expected'],
  [['--out'], '--out needs a value'],
  [['--out='], '--out needs a value'],
  [['--out', '--json'], '--out needs a value'],
  [['--json=yes'], '--json takes no value'],
])('%j is refused', (args, expected) => {
  expect(complaint(() => read(...args))).toBe(`2: ${expected}; "antechamber play --help" shows what there is`)
})

test('whole numbers within their bounds', () => {
  const range = { min: 2, max: 30, fallback: 6 }
  expect(wholeNumber(read(), 'seed', range)).toBe(6)
  expect(wholeNumber(read('--seed', '30'), 'seed', range)).toBe(30)
  for (const text of ['1', '31', '2.5', '-3', '1e1', '0x10', ' 7', '٧', 'seven', '9'.repeat(400)]) {
    expect(complaint(() => wholeNumber(read(`--seed=${text}`), 'seed', range))).toBe(
      '2: --seed must be a whole number from 2 to 30',
    )
  }
})

test("a convenor's link is read, and nothing else", () => {
  const secret = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
  expect(parseDeskLink(`https://dialogue.example.org:8443/desk#d1.${secret}`)).toEqual({
    origin: 'https://dialogue.example.org:8443',
    secret: Uint8Array.from({ length: 32 }, (_, at) => at),
  })
  for (const link of [
    '',
    'desk',
    secret,
    `https://host/desk#d2.${secret}`,
    `https://host/desk#d1.${secret.slice(1)}`,
    `https://host/desk#d1.${secret}A`,
    `ftp://host/desk#d1.${secret}`,
    `https://host/desk?d1.${secret}`,
  ]) {
    expect(parseDeskLink(link)).toBeUndefined()
  }
})
