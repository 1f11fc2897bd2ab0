import { expect, test } from 'vitest'
import { anchorFromRecoveryCode, newRecoveryCode, parseRecoveryCode, RECOVERY_WORDS } from './recovery-code.ts'
import { parseSpokenCode } from './spoken-code.ts'
import { must, seeded } from './testing/fixtures.ts'

test('[DV1] twelve words where there is a list, ten groups of four digits where there is none', async () => {
  const words = await newRecoveryCode('en-GB', seeded('recovery'))
  expect(words).toHaveLength(RECOVERY_WORDS)
  const groups = await newRecoveryCode('ar', seeded('recovery'))
  expect(groups.join(' ')).toMatch(/^(\d{4} ){9}\d{4}$/)
})

test('[DV1] a code is read however somebody has written it down', async () => {
  const words = await newRecoveryCode('en', seeded('recovery/2'))
  const typed = words.map((word, at) => `${at + 1 > 6 ? word.toUpperCase() : word.slice(0, 4)},\n`).join('')
  expect(must(await parseRecoveryCode(typed))).toEqual(words)
  const groups = await newRecoveryCode('ar', seeded('recovery/2'))
  const eastern = groups.join('').replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)))
  expect(must(await parseRecoveryCode(eastern))).toEqual(groups)
})

test('[DV1] a word on no list, or one too few, is told before anything is tried', async () => {
  const words = await newRecoveryCode('en', seeded('recovery/3'))
  expect(await parseRecoveryCode(words.slice(1).join(' '))).toEqual({
    ok: false,
    error: { code: 'mistyped', words: [] },
  })
  expect(await parseRecoveryCode(['qqqqq', ...words.slice(1)].join(' '))).toEqual({
    ok: false,
    error: { code: 'mistyped', words: ['qqqqq'] },
  })
})

test('[DV1] it is no spoken code, and another code is another anchor', async () => {
  const [one, two] = [await newRecoveryCode('en', seeded('a')), await newRecoveryCode('en', seeded('b'))]
  expect((await parseSpokenCode(one.join(' '))).ok).toBe(false)
  expect(anchorFromRecoveryCode(one).publicKey).toEqual(anchorFromRecoveryCode(one).publicKey)
  expect(anchorFromRecoveryCode(one).publicKey).not.toEqual(anchorFromRecoveryCode(two).publicKey)
})
