import { expect, test } from 'vitest'
import { qrCode, reachability } from './terminal.ts'

const said = (publicUrl: string | undefined, tls = false) => {
  const url = publicUrl === undefined ? undefined : new URL(publicUrl)
  const files = tls ? { certFile: '/c', keyFile: '/k' } : undefined
  return reachability({ publicUrl: url, tls: files }, url?.origin ?? 'http://localhost:8400').join(' ')
}

test('says plainly when the address works on this machine only', () => {
  expect(said(undefined)).toMatch(/on this machine only, at http:\/\/localhost:8400/)
  expect(said(undefined)).toMatch(/TLS_CERT.*PUBLIC_URL/)
})

test('says plainly when browsers will refuse', () => {
  expect(said('http://dialogue.example')).toMatch(/browsers on other machines will refuse/)
  expect(said('http://localhost:5173')).toBe('People reach it at http://localhost:5173')
})

test('says where people reach it', () => {
  expect(said('https://dialogue.example')).toBe('People reach it at https://dialogue.example')
  expect(said(undefined, true)).toMatch(/Set PUBLIC_URL/)
})

test('a code to be scanned is shown only where a phone can open what it says', () => {
  for (const host of ['http://localhost:8400', 'https://127.0.0.1', 'http://[::1]:8400'])
    expect(qrCode(`${host}/desk#d1.secret`)).toEqual([])
  expect(qrCode('https://dialogue.example/desk#d1.secret').length).toBeGreaterThan(10)
})
