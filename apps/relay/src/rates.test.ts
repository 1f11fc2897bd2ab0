import { expect, test } from 'vitest'
import { memoryRates, networkOf, RATES } from './rates.ts'

test('[WR15] lets through as many as its points say, and then tells the time', async () => {
  const rates = memoryRates(1)
  const { points, seconds } = RATES.batch
  for (let i = 0; i < points; i++) expect(await rates.take('batch', 'ada')).toBe(undefined)
  const wait = await rates.take('batch', 'ada')
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(seconds * 1000)
  expect(await rates.take('batch', 'ben')).toBe(undefined)
  expect(await rates.take('ask', 'ada')).toBe(undefined)
})

test('an address counts as its network', () => {
  expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
  expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0')
  expect(networkOf('2001:db8:0:0:9::')).toBe('2001:db8:0:0')
  expect(networkOf('192.0.2.7:5678')).toBe('192.0.2.7')
  expect(networkOf('[2001:db8:1:2:3::]:5678')).toBe('2001:db8:1:2')
  expect(networkOf('[2001:db8:1:2:3::]')).toBe('2001:db8:1:2')
  expect(networkOf('::1')).toBe('0:0:0:0')
})
