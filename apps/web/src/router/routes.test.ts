import { expect, test } from 'vitest'
import { pathOf, type Route, routeOf } from './routes.ts'

test('every place has an address that leads back to it', () => {
  const places: Route[] = [
    { name: 'stranger' },
    { name: 'limits' },
    { name: 'desk' },
    { name: 'join', invitation: 'aB3_-9' },
    { name: 'dialogue', id: 'd1' },
  ]
  for (const place of places) expect(routeOf(pathOf(place))).toEqual(place)
})

test('an address that is no place shows the page that tells nothing', () => {
  for (const path of ['/admin', '/i/', '/i/a/b', `/i/${'a'.repeat(65)}`, '/d/<script>', '/d/%2e%2e', ''])
    expect(routeOf(path)).toEqual({ name: 'stranger' })
})
