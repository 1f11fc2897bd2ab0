import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestRelay, type TestRelay } from '../testing/relay.ts'
import { readPages } from './pages.ts'

let relay: TestRelay
let folder: string
const script = `const words = '${'quiet '.repeat(200)}'`
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-pages-'))
  const web = join(folder, 'web')
  await mkdir(join(web, 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'not for the web')
  await writeFile(join(web, 'index.html'), '<!doctype html><title>Welcome</title>')
  await writeFile(join(web, 'assets/app-4f2a.js'), script)
  await writeFile(join(web, 'assets/app-4f2a.js.map'), '{}')
  await writeFile(join(web, 'sw.js'), 'void 0')
  relay = await startTestRelay({}, { webDir: web })
})
afterAll(async () => {
  await relay.stop()
  await rm(folder, { recursive: true, force: true })
})

const get = (path: string, headers: Record<string, string> = {}) => fetch(relay.url + path, { headers })

test('the app answers at its own paths, and nothing answers elsewhere', async () => {
  for (const path of ['/', '/desk', '/desk/', '/limits', '/i/abc', '/i/abc/', '/d/abc', '/d/abc/table', '/desk?x=1']) {
    const response = await get(path)
    expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-cache'])
    expect(await response.text()).toContain('<title>Welcome</title>')
  }
  const elsewhere = ['/desk/x', '/i/', '/assets', '/assets/app-4f2a.js.map', '/../secret.txt', '/%2e%2e/secret.txt']
  for (const path of [...elsewhere, '/index.html/', '/constructor'])
    expect([path, (await get(path)).status]).toEqual([path, 404])
})

test('a browser that shows an address with nothing in it gets a page with a way on, and not a file', async () => {
  const shown = await get('/Desk', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
  expect([shown.status, shown.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
  expect(await shown.text()).toContain('<a href="/">')
  for (const path of ['/Desk', '/nowhere'])
    expect((await get(path)).headers.get('content-type')).toBe('application/octet-stream')
})

test('a folder is the same with a slash at its end', async () => {
  const { answer, count } = readPages(`${join(folder, 'web')}/`)
  expect(count).toBe(3)
  expect((await answer('/', new Request('http://localhost/')))?.status).toBe(200)
})

test('files with a hash in their name are kept for good, others are asked for again', async () => {
  const asset = await get('/assets/app-4f2a.js')
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  const worker = await get('/sw.js')
  expect(worker.headers.get('cache-control')).toBe('no-cache')
  const etag = worker.headers.get('etag') ?? ''
  expect((await get('/sw.js', { 'if-none-match': etag })).status).toBe(304)
})

test('files are packed for who can unpack them', async () => {
  for (const encoding of ['br', 'gzip']) {
    const packed = await get('/assets/app-4f2a.js', { 'accept-encoding': encoding })
    expect(packed.headers.get('content-encoding')).toBe(encoding)
    expect(await packed.text()).toBe(script)
  }
  const plain = await get('/assets/app-4f2a.js', { 'accept-encoding': 'identity' })
  expect(plain.headers.get('content-encoding')).toBe(null)
  expect(await plain.text()).toBe(script)
})

test('[WR17] every answer carries the policy: own files only, Trusted Types, no referrer', async () => {
  for (const path of ['/', '/assets/app-4f2a.js', '/nowhere', '/v1/invitations/x', '/healthz']) {
    const { headers } = await get(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types svelte-trusted-html sw")
    expect(policy).not.toMatch(/https?:|\*|unsafe-inline|'unsafe-eval'/)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toContain('camera=()')
    expect(headers.get('strict-transport-security')).toBe(null)
  }
})

test('[WR17] where people come by https, they are told to stay there', async () => {
  const named = await startTestRelay({}, { publicUrl: new URL('https://dialogue.example') })
  const { headers } = await fetch(`http://localhost:${named.port}/`)
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
  await named.stop()
})
