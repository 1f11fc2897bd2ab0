// The production build in a real browser: addresses, what stays on the device, and starting without a network.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { INSECURE_HOST, type Served, serve } from './served.ts'

let served: Served

beforeAll(async () => {
  served = await serve('production')
})

afterEach(() => {
  expect(served.faults.splice(0)).toEqual([])
})

afterAll(() => served?.close())

test('a stranger sees a field for a code and nothing else, and takes nothing away', async () => {
  const page = await served.open('/')
  expect(await page.title()).toBe('Welcome')
  expect((await page.locator('main').innerText()).split(/\n+/)).toEqual([
    'Welcome',
    'Code',
    'If you were given a code, type it here.',
    'Open',
  ])
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  expect(await page.evaluate(() => [localStorage.length, document.cookie, history.length])).toEqual([0, '', 2])
  await page.context().close()
})

test('a wrong code is answered in words beside the field', async () => {
  const page = await served.open('/')
  await page.getByLabel('Code').fill('  river bridge  ')
  await page.keyboard.press('Enter')
  await page.getByText('A code has eight words').waitFor()
  expect(await page.getByLabel('Code').getAttribute('aria-invalid')).toBe('true')
  await page.getByLabel('Code').fill('river bridge lantrn acid zoo act quick opne')
  await page.keyboard.press('Enter')
  await page.getByText('These words are in no code: \u2068lantrn\u2069 and \u2068opne\u2069.').waitFor()
  await page.context().close()
})

test('[IN8] the secret of a link is gone from the address before anything is shown', async () => {
  for (const path of ['/i/abc123', '/desk']) {
    const page = await served.open(`${path}#v1.secret-of-the-link`)
    expect(page.url()).toBe(served.origin + path)
    await page.goBack()
    await page.goForward()
    expect(page.url()).toBe(served.origin + path)
    await page.context().close()
  }
})

test('[R58] the limits page has an address of its own and says what it must', async () => {
  const page = await served.open('/limits')
  const text = await page.locator('main').innerText()
  for (const subject of [
    'Your own device',
    'The people in the room',
    'Whoever runs the server',
    'Spyware',
    'changed page',
  ])
    expect(text).toContain(subject)
  await page.context().close()
})

test('speaks the language of the device from the start', async () => {
  const page = await served.open('/', { locale: 'ar-SY' })
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
  expect(await page.title()).toBe('أهلًا')
  await page.context().close()
})

test('an address without a safe connection says so, and what to do', async () => {
  const page = await served.open(`http://${INSECURE_HOST}:${served.port}/i/abc123`)
  expect(await page.locator('h1').innerText()).toBe('This address cannot be used safely')
  expect(await page.locator('main').innerText()).toContain('https://')
  await page.context().close()
})

test('starts without a network once somebody takes part, and asks before an open page changes', async () => {
  const page = await served.open('/desk')
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.reload()
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await page.context().setOffline(true)
  for (const path of ['/desk', '/limits', '/i/abc123']) {
    await page.goto(served.origin + path)
    await page.locator('h1').waitFor()
  }
  await page.context().setOffline(false)

  const worker = join(served.folder, 'sw.js')
  await writeFile(worker, (await readFile(worker, 'utf8')).replace(/VERSION = '\w+'/, "VERSION = 'a-newer-one'"))
  await page.goto(`${served.origin}/desk`)
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
  await page.getByText('A newer version of this page is ready.').waitFor()
  const cached = () => page.evaluate(() => caches.keys())
  expect(await cached()).toHaveLength(2)
  const loaded = page.waitForEvent('load')
  await page.getByRole('button', { name: 'Use it now' }).click()
  await loaded
  await page.waitForFunction(async () => (await caches.keys()).join() === 'files-a-newer-one')
  await page.context().close()
})
