// Drives the gallery in a real browser, under the content security policy that the relay sends: every component and
// screen is looked at by axe, and what they do when somebody touches them is tried.
import { env } from 'node:process'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContextOptions, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Served, serve } from './served.ts'

const LONG = env.LONG === '1'
let served: Served

beforeAll(async () => {
  served = await serve('gallery')
})

afterEach(() => {
  expect(served.faults.splice(0)).toEqual([])
})

afterAll(() => served?.close())

const addressOf = (specimen: string, language: 'en' | 'ar') => `/gallery.html?lang=${language}#${specimen}`

const open = (specimen: string, language: 'en' | 'ar' = 'en', options: BrowserContextOptions = {}): Promise<Page> =>
  served.open(addressOf(specimen, language), options)

/** Axe takes most of a second for each: one in two of each language, all of both in a long run. */
const isAxesTurn = (at: number, language: 'en' | 'ar'): boolean => LONG || at % 2 === (language === 'en' ? 0 : 1)

for (const [language, colorScheme] of [
  ['en', 'light'],
  ['ar', 'dark'],
] as const)
  test(`axe finds nothing on any specimen (${language}, ${colorScheme}), and none is wider than a phone`, async () => {
    const page = await open('', language, { colorScheme })
    const names = await page.locator('li a').allTextContents()
    expect(names.length).toBeGreaterThan(10)
    for (const [at, name] of names.entries()) {
      await page.evaluate((hash) => location.replace(hash), `#${name}`)
      await page.locator(`[data-specimen="${name}"]`).waitFor({ state: 'attached' })
      expect([name, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([name, 0])
      if (!isAxesTurn(at, language)) continue
      // No specimen has frames, so that the mode that opens a blank page for each of them finds no more.
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode()
        .options({ resultTypes: ['violations'] })
        .analyze()
      expect(violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
        [],
      )
    }
    await page.context().close()
  }, 360_000)

test('reflows at 320 pixels with text at twice its size', async () => {
  for (const name of [
    'join-what',
    'join-rules',
    'waiting',
    'room-round',
    'room-mirroring',
    'room-notices',
    'stranger',
    'join-name',
    'lock-wrong',
    'lock-protect',
    'lock-forms',
  ]) {
    const page = await open(name, 'en', { viewport: { width: 320, height: 640 } })
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '150%'))
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    await page.context().close()
  }
})

test('[R52] Escape twice hides everything, more of it changes nothing, and a tap brings the page back', async () => {
  const page = await open('join-rules')
  const cover = page.getByRole('button', { name: 'Show the page again' })
  await page.keyboard.press('Escape')
  expect(await cover.isVisible()).toBe(false)
  await page.keyboard.press('Escape')
  await cover.waitFor()
  for (let times = 0; times < 5; times++) await page.keyboard.press('Escape')
  expect(await cover.isVisible()).toBe(true)
  // Nothing of the screen is left for eyes or for a screen reader.
  expect(await page.locator('body').ariaSnapshot()).not.toContain('ground rules')
  await page.mouse.click(20, 20)
  expect(await cover.isVisible()).toBe(false)
  expect(await page.getByRole('heading', { name: 'The ground rules' }).isVisible()).toBe(true)
  await page.context().close()
})

test('the button hides at once, also what was typed, and gives it back', async () => {
  const page = await open('join-name')
  await page.getByLabel('Name in the room').fill('Noor')
  await page.getByRole('button', { name: 'Hide this page' }).click()
  await page.getByRole('button', { name: 'Show the page again' }).waitFor()
  expect(await page.locator('input').isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Show the page again' }).click()
  expect(await page.getByLabel('Name in the room').inputValue()).toBe('Noor')
  await page.context().close()
})

test('hiding covers an open dialog too', async () => {
  const page = await open('join-what')
  await page.getByRole('button', { name: 'Everything this cannot protect you from' }).click()
  await page.getByRole('dialog', { name: 'What this cannot protect you from' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  const cover = page.getByRole('button', { name: 'Show the page again' })
  await cover.waitFor()
  expect(await page.getByText('Your own device').isVisible()).toBe(false)
  await cover.click()
  expect(await page.getByRole('heading', { name: 'Before you come in' }).isVisible()).toBe(true)
  await page.context().close()
})

test('the keyboard alone goes from the invitation to the waiting room', async () => {
  const page = await open('join-walk')
  const press = async (name: string) => {
    const button = page.getByRole('button', { name, exact: true })
    for (let tabs = 0; tabs < 12 && !(await button.evaluate((one) => one === document.activeElement)); tabs++)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
  }
  await press('Continue')
  await page.getByRole('heading', { name: 'Before you come in' }).waitFor()
  await press('Continue')
  await page.getByRole('heading', { name: 'The ground rules' }).waitFor()
  await press('I accept these rules')
  await page.getByRole('heading', { name: 'A name to be known by' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('Noor')
  await press('Use this name')
  await page.getByRole('heading', { name: 'The waiting room' }).waitFor()
  expect(await page.getByText('You will be known as').textContent()).toContain('Noor')
  await page.context().close()
})

test('each screen starts with the focus on its heading', async () => {
  const page = await open('join-walk')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Before you come in' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Before you come in')
  await page.context().close()
})

test('refusing the rules leads to a calm page, and back', async () => {
  const page = await open('join-walk')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'I do not accept' }).click()
  await page.getByRole('heading', { name: 'You have not come in' }).waitFor()
  await page.getByRole('button', { name: 'Back to the invitation' }).click()
  await page.getByRole('heading', { name: 'The ground rules' }).waitFor()
  await page.context().close()
})

test('the language changes in place, with its direction, and is kept', async () => {
  const page = await open('join-name')
  await page.getByLabel('Name in the room').fill('Noor')
  await page.getByLabel('Language').selectOption('ar')
  await page.getByRole('heading', { name: 'اسم تُعرف به' }).waitFor()
  const html = page.locator('html')
  expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual(['ar', 'rtl'])
  expect(await page.getByLabel('الاسم في الغرفة').inputValue()).toBe('Noor')
  expect(await page.evaluate(() => localStorage.getItem('language'))).toBe('ar')
  await page.context().close()
})

test('wherever there are two answers they look alike, and nothing to press is smaller than a thumb', async () => {
  for (const [specimen, language] of [
    ['join-what', 'en'],
    ['join-rules', 'en'],
    ['join-rules', 'ar'],
  ] as const) {
    const page = await open(specimen, language)
    const boxes = await page
      .locator('.pair .button')
      .evaluateAll((all) =>
        all.map((one) => [one.clientWidth, one.clientHeight, getComputedStyle(one).backgroundColor]),
      )
    expect(boxes).toHaveLength(2)
    expect(boxes[0]).toEqual(boxes[1])
    const small = await page
      .locator('button, select, input')
      .evaluateAll(
        (all) => all.filter((one) => one.clientHeight > 0 && Math.min(one.clientWidth, one.clientHeight) < 44).length,
      )
    expect(small).toBe(0)
    await page.context().close()
  }
})

test('the strip tells its stages in order, with the present one marked', async () => {
  const page = await open('room-round')
  const stages = page.getByRole('region', { name: 'Where we are' }).getByRole('listitem')
  expect(await stages.allTextContents()).toEqual(
    ['Opening, done', 'Speaking, now', 'Hearing, to come', 'Brief, to come'].map((text) =>
      expect.stringMatching(new RegExp(text.replace(', ', '\\s*,\\s*'))),
    ),
  )
  expect(await page.locator('[aria-current="step"]').textContent()).toContain('Speaking')
  await page.context().close()
})

/** Whether an element can be seen and pressed where the page is scrolled to now. */
const isWithinReach = (page: Page, name: RegExp | string): Promise<boolean> =>
  page
    .getByRole('button', { name })
    .first()
    .evaluate((one) => {
      const box = one.getBoundingClientRect()
      const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      return on !== null && one.contains(on)
    })

test('whoever waits at the door is seen wherever the facilitator has scrolled to, and one press leads there', async () => {
  for (const viewport of [
    { width: 1280, height: 850 },
    { width: 390, height: 844 },
  ]) {
    const page = await open('table-arrivals', 'en', { viewport })
    // The other invitation was used by two: nobody waits by it.
    const sign = page.getByRole('button', { name: '1 person waits to be let in' })
    await page.getByRole('heading', { name: 'Invitations' }).evaluate((one) => one.scrollIntoView({ block: 'start' }))
    expect(await isWithinReach(page, 'The words match: let in')).toBe(false)
    expect(await isWithinReach(page, '1 person waits to be let in')).toBe(true)
    await sign.click()
    expect(await isWithinReach(page, 'The words match: let in')).toBe(true)
    await page.context().close()
  }
})

test('going on early asks for the reason where it is missing, and for no stage that was chosen already', async () => {
  const page = await open('table-move-early', 'en', { viewport: { width: 390, height: 700 } })
  const dialog = page.getByRole('dialog', { name: /^Go on to .*Hearing.*\?$/ })
  await dialog.waitFor()
  expect(await dialog.getByRole('radio').count()).toBe(0)
  await dialog.getByRole('button', { name: 'Go there' }).click()
  await dialog.getByText('Please write a reason first.').waitFor()
  expect(await page.getByLabel('Your reason').evaluate((one) => one === document.activeElement)).toBe(true)
  await page.getByLabel('Your reason').fill('We are tired.')
  await dialog.getByText('Please write a reason first.').waitFor({ state: 'hidden' })
  await page.context().close()
  const any = await open('table-move', 'en', { viewport: { width: 390, height: 500 } })
  await any.getByRole('button', { name: 'Go there' }).click()
  const told = any.getByText('Please choose a stage first.')
  expect(
    await told.evaluate((one) => {
      const box = one.getBoundingClientRect()
      return one.contains(document.elementFromPoint(box.x + 2, box.y + box.height / 2))
    }),
  ).toBe(true)
  await any.context().close()
})

test('a page that has stopped offers nobody to take words back', async () => {
  const page = await open('room-pool')
  expect(await page.getByRole('button', { name: 'Take back these words' }).count()).toBeGreaterThan(0)
  await page.context().close()
  const stopped = await open('room-pool-stopped')
  await stopped.getByText('This page has stopped').waitFor()
  expect(await stopped.getByRole('button', { name: 'Take back these words', includeHidden: true }).count()).toBe(0)
  await stopped.context().close()
})

test('a pause is seen wherever one has scrolled to, and nothing asks to write meanwhile', async () => {
  const page = await open('room-paused-shared')
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  expect(await isWithinReach(page, 'The room is paused.')).toBe(true)
  expect(await page.getByText('Until then you can change yours').count()).toBe(0)
  await page.getByRole('button', { name: 'The room is paused.' }).click()
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Everyone has been asked to stop')
  await page.context().close()
  const shared = await open('room-round-shared')
  expect(await shared.getByText('Until then you can change yours').count()).toBe(1)
  expect(await shared.getByText('goes to the devices of the others at once').count()).toBe(0)
  await shared.context().close()
})

test('numbers to read aloud stand one below the other for whoever reads and whoever hears, in either language', async () => {
  for (const [specimen, language] of [
    ['waiting', 'ar'],
    ['table-arrival-numbers', 'en'],
  ] as const) {
    const page = await open(specimen, language)
    const words = page.getByRole('list').filter({ hasText: '0417' }).getByRole('listitem')
    const tops = await words.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
    expect(tops).toHaveLength(6)
    expect(tops.every((top, at) => at === 0 || top > (tops[at - 1] ?? 0))).toBe(true)
    await page.context().close()
  }
})

test('a line in two languages runs in each as that language does', async () => {
  const page = await open('brief-released-mixed')
  const directions = await page
    .locator('.paper bdi')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction))
  expect(directions).toEqual(['ltr', 'rtl'])
  await page.context().close()
})
