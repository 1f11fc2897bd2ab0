import type { Server } from 'node:http'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type WebSocket as ServedSocket, WebSocketServer } from 'ws'
import { storeContract } from '../store-contract.ts'
import { INSECURE_HOST, launchChromium, servePage } from './testing/chromium.ts'

let browser: Browser
let served: { server: Server; port: number }
let context: BrowserContext
let errors: string[] = []

beforeAll(async () => {
  served = await servePage()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  served?.server.close()
})

beforeEach(async () => {
  context = await browser.newContext()
  errors = []
})

afterEach(async () => {
  await context.close()
  expect(errors).toEqual([])
})

async function openPage(within = context, host = '127.0.0.1'): Promise<Page> {
  const page = await within.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(`http://${host}:${served.port}/`)
  await page.waitForFunction(() => 'page' in window)
  return page
}

describe('the store in a browser', () => {
  let contractPage: Page
  beforeAll(async () => {
    contractPage = await openPage(await browser.newContext())
  })

  // The names come from the suite, which is run in the page; here each is only asked for.
  storeContract(
    (name) => {
      test(name, () => contractPage.evaluate((one) => window.page.runContract(one), name))
    },
    () => Promise.reject(new Error('the suite runs in the page')),
  )

  test('[ST6] a second window is told that it is busy, until the first is closed or goes elsewhere', async () => {
    const first = await openPage()
    expect(await first.evaluate(() => window.page.codeOf(window.page.browserPlatform()))).toBe('ok')
    const second = await openPage()
    const open = () => second.evaluate(() => window.page.codeOf(window.page.browserPlatform()))
    expect(await open()).toBe('busy')
    expect(await second.evaluate(() => window.page.codeOf(window.page.forgetDevice()))).toBe('busy')
    await first.close()
    expect(await open()).toBe('ok')
  })

  test('[ST4] [ST6] a page that is loaded again finds everything, and nobody in its way', async () => {
    const page = await openPage()
    for (let round = 0; round < 5; round++) {
      const before = await page.evaluate(async () => {
        const vault = await window.page.vaultOf(await window.page.browserPlatform())
        const content = await vault.read('count')
        const count = content ? Number(window.page.fromUtf8(content)) : 0
        await vault.write([{ name: 'count', content: window.page.utf8(`${count + 1}`) }])
        return count
      })
      expect(before).toBe(round)
      await page.reload()
      await page.waitForFunction(() => 'page' in window)
    }
  })

  test('[ST9] without room a write is refused as full, what was there stays, and small writes go on', async () => {
    const page = await openPage()
    const session = await context.newCDPSession(page)
    const origin = `http://127.0.0.1:${served.port}`
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 })
    const told = await page.evaluate(async () => {
      const { store } = await window.page.openIdbStore('full')
      const write = (name: string, length: number) =>
        window.page.codeOf(store.write([{ name, bytes: new Uint8Array(length) }]))
      const small = await write('small', 100)
      const large = await write('large', 20_000_000)
      const after = await write('after', 100)
      const names = (await store.list('')).map((one) => one.name)
      await store.close()
      return { small, large, after, names }
    })
    expect(told).toEqual({ small: 'ok', large: 'full', after: 'ok', names: ['after', 'small'] })
  })

  test('[ST2] when one change of a write does not fit, none of it is there', async () => {
    const page = await openPage()
    const session = await context.newCDPSession(page)
    const origin = `http://127.0.0.1:${served.port}`
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 })
    const names = await page.evaluate(async () => {
      const { store } = await window.page.openIdbStore('half')
      const changes = [
        { name: 'a', bytes: new Uint8Array(10) },
        { name: 'b', bytes: new Uint8Array(20_000_000) },
      ]
      await window.page.codeOf(store.write(changes))
      return (await store.list('')).map((one) => one.name)
    })
    expect(names).toEqual([])
  })

  test('[ST6] a store whose database is deleted under it answers unavailable and lets it go', async () => {
    const page = await openPage()
    const code = await page.evaluate(async () => {
      const { store } = await window.page.openIdbStore('gone')
      await new Promise((resolve, reject) => {
        const deletion = indexedDB.deleteDatabase('gone')
        deletion.onsuccess = resolve
        deletion.onerror = reject
      })
      const told = await window.page.codeOf(store.get('a'))
      await store.close()
      return told
    })
    expect(code).toBe('unavailable')
  })

  test('[ST13] the browser shows one database, whose name tells nothing', async () => {
    const page = await openPage()
    const names = await page.evaluate(async () => {
      await window.page.browserPlatform()
      return (await indexedDB.databases()).map(({ name }) => name)
    })
    expect(names).toEqual(['a'])
  })
})

describe('the device key in a browser', () => {
  test('[ST14] the key is drawn once, cannot be read out, and is the same after loading again', async () => {
    const page = await openPage()
    const first = await page.evaluate(async () => {
      const platform = await window.page.browserPlatform()
      await (await window.page.vaultOf(platform)).write([{ name: 'a', content: window.page.utf8('words') }])
      return window.page.codeOf(crypto.subtle.exportKey('raw', platform.deviceKey))
    })
    expect(first).toContain('InvalidAccessError')
    await page.reload()
    await page.waitForFunction(() => 'page' in window)
    const again = await page.evaluate(async () => {
      const platform = await window.page.browserPlatform()
      const content = await (await window.page.vaultOf(platform)).read('a')
      return { text: content && window.page.fromUtf8(content), extractable: platform.deviceKey.extractable }
    })
    expect(again).toEqual({ text: 'words', extractable: false })
  })

  test('[ST14] records without a key are told as damaged, and no new key hides it', async () => {
    const page = await openPage()
    const codes = await page.evaluate(async () => {
      const { store } = await window.page.openIdbStore('a')
      await store.write([{ name: 'a', bytes: new Uint8Array(3) }])
      await store.close()
      const first = await window.page.codeOf(window.page.browserPlatform())
      return [first, await window.page.codeOf(window.page.browserPlatform())]
    })
    expect(codes).toEqual(['damaged', 'damaged'])
  })

  test('[ST7] [ST14] a forgotten device leaves no database, and the next one has another key', async () => {
    const page = await openPage()
    const told = await page.evaluate(async () => {
      const first = await window.page.browserPlatform()
      await (await window.page.vaultOf(first)).write([{ name: 'a', content: new Uint8Array(3) }])
      const kept = await first.store.list('')
      await first.store.close()
      await window.page.forgetDevice()
      const left = (await indexedDB.databases()).length
      const second = await window.page.browserPlatform()
      await second.store.write(kept)
      return { left, read: await window.page.codeOf(window.page.vaultOf(second)) }
    })
    expect(told).toEqual({ left: 0, read: 'damaged' })
  })

  test('[ST7] forgetting that is cut short is finished at the next opening', async () => {
    const page = await openPage()
    const told = await page.evaluate(async () => {
      const first = await window.page.browserPlatform()
      await (await window.page.vaultOf(first)).write([{ name: 'a', content: new Uint8Array(3) }])
      const kept = await first.store.list('')
      await first.store.close()
      const database = await window.page.openDatabase('a')
      await window.page.destroyDeviceKey(database)
      database.close()
      const second = await window.page.browserPlatform()
      const left = (await second.store.list('')).length
      await second.store.write(kept)
      return { left, read: await window.page.codeOf(window.page.vaultOf(second)) }
    })
    expect(told).toEqual({ left: 0, read: 'damaged' })
  })

  test('[ST7] a device that is damaged, or whose passphrase is forgotten, can be forgotten', async () => {
    const page = await openPage()
    const told = await page.evaluate(async () => {
      const first = await window.page.browserPlatform()
      const vault = await window.page.vaultOf(first)
      await window.page.changePassphrase(first, vault, { next: 'the heron stands still' })
      const locked = await window.page.openVault(first)
      await first.store.close()
      await window.page.forgetDevice()
      const { store } = await window.page.openIdbStore('a')
      await store.write([{ name: 'a', bytes: new Uint8Array(3) }])
      await store.close()
      const damaged = await window.page.codeOf(window.page.browserPlatform())
      await window.page.forgetDevice()
      return [locked, damaged, await window.page.codeOf(window.page.browserPlatform())]
    })
    expect(told).toEqual([{ ok: false, error: { code: 'locked' } }, 'damaged', 'ok'])
  })

  test('[ST14] a page that was not served securely is told that nothing can be kept', async () => {
    const page = await openPage(context, INSECURE_HOST)
    expect(await page.evaluate(() => window.page.codeOf(window.page.browserPlatform()))).toBe('unavailable')
    expect(await page.evaluate(() => window.page.codeOf(window.page.openIdbStore('a')))).toBe('unavailable')
  })
})

/** A server on loopback; its URL. */
async function serveSockets(onConnection: (socket: ServedSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.on('listening', resolve))
  server.on('connection', onConnection)
  return { server, url: `ws://127.0.0.1:${(server.address() as { port: number }).port}` }
}

/** What becomes of a connection that sends one frame when it opens and closes when one comes. */
const follow = (page: Page, url: string): Promise<string[]> =>
  page.evaluate(
    (to) =>
      new Promise<string[]>((resolve) => {
        const told: string[] = []
        const socket = window.page.openSocket(to, {
          opened: () => {
            told.push('opened')
            socket.send(Uint8Array.of(1, 2, 3).subarray(1))
          },
          received: (frame) => {
            told.push(`received ${window.page.toHex(frame)}`)
            socket.close()
          },
          closed: () => {
            told.push('closed')
            setTimeout(() => resolve(told), 50)
          },
        })
        told.push('returned')
        socket.send(Uint8Array.of(9))
      }),
    url,
  )

describe('sockets in a browser', () => {
  test('binary frames go both ways; text ends the connection; every end is told once and later', async () => {
    const page = await openPage()
    const echo = await serveSockets((socket) => socket.on('message', (frame) => socket.send(frame as Buffer)))
    expect(await follow(page, echo.url)).toEqual(['returned', 'opened', 'received 0203', 'closed'])
    const words = await serveSockets((socket) => socket.send('words'))
    expect(await follow(page, words.url)).toEqual(['returned', 'opened', 'closed'])
    const { url } = echo
    for (const { server } of [echo, words]) await new Promise((resolve) => server.close(resolve))
    expect(await follow(page, url)).toEqual(['returned', 'closed'])
    expect(await follow(page, 'not a url')).toEqual(['returned', 'closed'])
  })

  test('closing before it has opened ends it', async () => {
    const page = await openPage()
    const { server, url } = await serveSockets(() => undefined)
    const told = await page.evaluate(
      (to) =>
        new Promise<string>((resolve) => {
          const told = { opened: () => resolve('opened'), received: () => undefined, closed: () => resolve('closed') }
          window.page.openSocket(to, told).close()
        }),
      url,
    )
    server.close()
    expect(told).toBe('closed')
  })
})
