import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calibrateCost, costFor, isPassphraseLongEnough, LEAST_COST, normalPassphrase } from './passphrase.ts'

test('[ST17] a passphrase is the same however its letters and spaces came to be typed', () => {
  expect(normalPassphrase('  caf\u0065\u0301 \u00a0 ﬁrst\t')).toBe('caf\u00e9 first')
  expect(normalPassphrase('Café First')).not.toBe(normalPassphrase('café first'))
})

test('[ST17] ten characters are enough, whichever they are; spaces at the ends are none', () => {
  expect(isPassphraseLongEnough('aaaaaaaaaa')).toBe(true)
  expect(isPassphraseLongEnough('🕊'.repeat(10))).toBe(true)
  expect(isPassphraseLongEnough('🕊'.repeat(9))).toBe(false)
  expect(isPassphraseLongEnough('   123456789   ')).toBe(false)
})

test('[ST17] a guess costs about a second of the device, and never less than 19 MiB and 2 passes', () => {
  expect(costFor(40)).toEqual({ memoryKib: 65_536, passes: 14 })
  expect(costFor(200)).toEqual({ memoryKib: 64_853, passes: 3 })
  expect(costFor(800)).toEqual({ memoryKib: 24_320, passes: 2 })
  expect(costFor(60_000)).toEqual(LEAST_COST)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), (ms) => {
      const { memoryKib, passes } = costFor(ms)
      expect(memoryKib).toBeGreaterThanOrEqual(LEAST_COST.memoryKib)
      expect(memoryKib).toBeLessThanOrEqual(65_536)
      expect(passes).toBeGreaterThanOrEqual(LEAST_COST.passes)
      expect(passes).toBeLessThanOrEqual(32)
    }),
  )
})

test('[ST17] the cost is measured on the device', async () => {
  let now = 0
  expect(
    await calibrateCost(() => {
      now += 400
      return now
    }),
  ).toEqual(costFor(400))
})
