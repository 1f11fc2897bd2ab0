import { fileURLToPath } from 'node:url'
import type { Messages } from '@antechamber/web/words'
import { messages as ar } from '@antechamber/web/words/ar'
import { messages as en } from '@antechamber/web/words/en'
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'

import { type Hands, keyboard, mouse } from './hands.ts'

const SHOTS = fileURLToPath(new URL('../../screenshots/', import.meta.url))
const MESSAGES: Readonly<Record<'en' | 'ar', Messages>> = { en, ar }

export const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 390, height: 844 }

/** Somebody with a browser of their own. */
export interface Person {
  readonly name: string
  readonly language: 'en' | 'ar'
  readonly context: BrowserContext
  readonly page: Page
  readonly hands: Hands
  /** The words that their screens show. */
  readonly m: Messages
  /** Everything that went between their page and the relay, as text of one byte a character. */
  readonly traffic: string[]
  /** What their browser has complained of. */
  readonly faults: string[]
  /** A picture of what they see, as `screenshots/<story>/<nn>-<what>.<name>.png`. */
  readonly shot: (what: string) => Promise<void>
}

/** Names pictures in the order in which they are taken. */
export function album(story: string): (page: Page, what: string) => Promise<void> {
  let taken = 0
  return async (page, what) => {
    const number = String(++taken).padStart(2, '0')
    await page.screenshot({ path: `${SHOTS}${story}/${number}-${what}.png`, animations: 'disabled' })
  }
}

export interface Who {
  readonly name: string
  readonly language: 'en' | 'ar'
  readonly phone?: boolean
  /** Uses the keyboard and nothing else. */
  readonly keys?: boolean
}

/** A browser without a past, in a language and on a screen. `picture` is called for each step of what they do. */
export async function newPerson(
  browser: Browser,
  { name, language, phone = false, keys = false }: Who,
  picture: (page: Page, what: string) => Promise<void>,
): Promise<Person> {
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESKTOP,
    deviceScaleFactor: phone ? 2 : 1,
    hasTouch: phone,
    isMobile: phone,
    locale: language,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(error.message))
  const shot = (what: string): Promise<void> => picture(page, `${what}.${name.toLowerCase()}`)
  const hands = keys ? keyboard(page) : mouse
  return { name, language, context, page, hands, m: MESSAGES[language], traffic: record(page), faults, shot }
}

const asText = (bytes: string | Buffer): string => (typeof bytes === 'string' ? bytes : bytes.toString('latin1'))

function record(page: Page): string[] {
  const traffic: string[] = []
  page.on('request', (request) => {
    traffic.push(request.url(), asText(request.postDataBuffer() ?? ''))
  })
  page.on('websocket', (socket) => {
    traffic.push(socket.url())
    socket.on('framesent', ({ payload }) => void traffic.push(asText(payload)))
    socket.on('framereceived', ({ payload }) => void traffic.push(asText(payload)))
  })
  return traffic
}

/** Leaves a mark in the page that only loading it again takes away. */
export const markPage = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Reflect.set(window, 'loadedOnce', true)
  })

export const expectNeverReloaded = async (page: Page): Promise<void> =>
  expect(await page.evaluate(() => Reflect.get(window, 'loadedOnce'))).toBe(true)

/** A name as it stands inside a sentence, with the marks that keep its direction. */
export const inSentence = (name: string): string => `\u2068${name}\u2069`
