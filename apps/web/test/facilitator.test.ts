// A convenor's and facilitator's good days and bad days, in a real browser against a real relay.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { joinByLink, type Person, until } from '@antechamber/testkit'
import type { Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Guest, type House, openHouse } from './house.ts'
import { PHONE } from './served.ts'

const RELAY = fileURLToPath(new URL('../../relay/dist/main.js', import.meta.url))

let house: House
let fay: Guest
let deskLink: string
const come: Person[] = []

/** Names stand in sentences with unseen marks that keep their direction. */
const loosely = (text: string): string =>
  [...text].map((letter) => letter.replace(/[.*+?^${}()|[\]\\]/, '\\$&')).join('[\\u2068\\u2069]*')
const see = (page: Page, text: string): Promise<void> =>
  page
    .getByText(new RegExp(loosely(text)))
    .first()
    .waitFor()
const heading = (name: string): Promise<void> =>
  fay.page.getByRole('heading', { name: new RegExp(`^[\\u2068]*${loosely(name)}$`) }).waitFor()
const table = () => fay.page.getByRole('region', { name: 'The table' })

beforeAll(async () => {
  house = await openHouse()
  fay = await house.newGuest()
  deskLink = `${house.relay.url}/desk#d1.${Buffer.from(house.relay.secret).toString('base64url')}`
}, 120_000)

afterEach(() => {
  expect(house.faults.splice(0)).toEqual([])
})

afterAll(async () => {
  for (const { device } of come) device.close()
  await house?.close()
})

/** Loads an address anew, also one that differs only after the `#`. */
async function load(address: string): Promise<void> {
  await fay.page.goto('about:blank')
  await fay.page.goto(address)
}

test('without a link, or with a wrong one, the desk says what to do', async () => {
  await load(`${house.relay.url}/desk`)
  await see(fay.page, 'open the desk link that whoever runs this server has given you')
  for (const wrong of ['#d1.short', '#v1.AAAAAAAAAAAAAAAAAAAAAA', `#d1.${'A'.repeat(42)}`, `#d1.${'A'.repeat(43)}`]) {
    await load(`${house.relay.url}/desk${wrong}`)
    await see(fay.page, 'This desk link does not open the desk.')
    expect(await fay.page.getByRole('button', { name: 'New dialogue' }).count()).toBe(0)
  }
})

test('the link opens the desk, leaves the address bar, and is not needed again on this device', async () => {
  await load(deskLink)
  await fay.page.getByRole('button', { name: 'New dialogue' }).waitFor()
  expect(fay.page.url()).toBe(`${house.relay.url}/desk`)
  expect(await fay.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('d1.')
  await fay.page.reload()
  await fay.page.getByRole('button', { name: 'New dialogue' }).waitFor()
})

test('[ST21] whoever is about to facilitate sets a passphrase first, and is told what is wrong with one', async () => {
  await fay.press('New dialogue')
  await heading('First, a passphrase for this device')
  await fay.press('Back')
  await fay.press('New dialogue')
  await fay.page.getByLabel('New passphrase').fill('short')
  await fay.press('Set the passphrase')
  await see(fay.page, 'This is too short')
  await fay.page.getByLabel('New passphrase').fill('the heron stands still')
  await fay.page.getByLabel('The same once more').fill('the heron stands stil')
  await see(fay.page, 'The two are not the same.')
  await fay.page.getByLabel('The same once more').fill('the heron stands still')
  await fay.press('Set the passphrase')
  await fay.page.getByRole('button', { name: 'Prepare this dialogue' }).waitFor()
})

/** Loads the page again, which asks for the passphrase. */
async function reload(): Promise<void> {
  await fay.page.reload()
  await unlock()
}

async function unlock(): Promise<void> {
  await fay.page.getByLabel('Passphrase').fill('the heron stands still')
  await fay.press('Open')
}

test('what is missing is told at its field, and what was typed outlives a reload', async () => {
  await fay.press('Prepare this dialogue')
  await fay.press('Continue')
  await see(fay.page, 'Please write something here.')
  expect(await fay.page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')
  for (const viewport of [{ width: 1280, height: 850 }, PHONE]) {
    await fay.page.setViewportSize(viewport)
    await fay.page.evaluate(() => scrollTo(0, 0))
    await fay.press('Continue')
    await fay.page.waitForFunction(() => {
      const box = document.querySelector('.problem')?.getBoundingClientRect()
      return box && document.elementFromPoint(box.x + 4, box.y + box.height / 2)?.closest('.problem') !== null
    })
  }
  await fay.page.getByLabel('Title').fill('The well')
  await fay.page.getByLabel('Name of this side').first().fill('North')
  await fay.page.getByLabel('Name of this side').last().fill('north')
  await fay.page.getByLabel('Who convenes this').fill('Fay, whom nobody pays.')
  await fay.press('Continue')
  await see(fay.page, 'Another side has this name.')
  await fay.page.getByLabel('Name of this side').last().fill('South')
  await fay.page.getByText('Another side has this name.').waitFor({ state: 'hidden' })
  await fay.page.waitForTimeout(600)
  await reload()
  await heading('Who takes part?')
  expect(await fay.page.getByLabel('Title').inputValue()).toBe('The well')
  await fay.press('Continue')
  await heading('The ground rules')
  await fay.press('Back')
  await fay.press('Back')
  await fay.press('To the desk')
  await see(fay.page, 'A dialogue that you are preparing')
  await fay.press('Go on with it')
  await fay.press('Prepare this dialogue')
  expect(await fay.page.getByLabel('Name of this side').last().inputValue()).toBe('South')
})

test('rules can be changed and put back, and a number of days is asked for', async () => {
  await fay.press('Continue')
  await fay.page.goBack()
  await heading('Who takes part?')
  await fay.page.getByRole('checkbox', { name: 'العربية' }).uncheck()
  await fay.press('Continue')
  await fay.press('Change the words')
  await fay.page.getByRole('textbox').fill('We listen.')
  await fay.press('Show as a list')
  expect(await fay.page.getByRole('listitem').filter({ hasText: 'We listen.' }).count()).toBe(1)
  await fay.press('Put back the words of the template')
  await see(fay.page, 'I speak for myself.')
  await fay.press('Continue')
  await fay.page.getByLabel('Days until the server deletes everything').fill('soon')
  await fay.press('Continue')
  await see(fay.page, 'Please write a number of days')
  await fay.page.getByLabel('Days until the server deletes everything').fill('٣٠')
  await see(fay.page, 'the server deletes everything that was written')
  await fay.press('Continue')
  await heading('Is this right?')
  await see(fay.page, 'They are written in English.')
})

test('a dialogue begun while the relay is away is founded once it is back', async () => {
  await fay.context.setOffline(true)
  await fay.press('Begin')
  await see(fay.page, 'The server cannot be reached at the moment. It is tried again by itself.')
  await fay.context.setOffline(false)
  await fay.page.getByRole('button', { name: 'I accept these rules' }).waitFor({ timeout: 30_000 })
  await fay.press('I accept these rules')
  await heading('The table')
  await see(fay.page, 'Nobody has come in for North and South yet.')
  await load(`${house.relay.url}/desk`)
  await unlock()
  await see(fay.page, 'Opening, stage 1 of 4')
  expect(await fay.page.getByText('A dialogue that you are preparing').count()).toBe(0)
  await fay.page.getByRole('link', { name: 'The well' }).click()
  await heading('The table')
}, 60_000)

test('[DV8] nobody is invited to a side before the recovery code is on paper', async () => {
  await fay.press('New invitation')
  await fay.page.getByRole('radio', { name: 'North' }).check()
  await fay.press('Close')
  await fay.page.getByRole('button', { name: 'Show the recovery code' }).first().click()
  const dialog = fay.page.getByRole('dialog', { name: 'Your recovery code' })
  const words = await dialog.getByRole('list', { name: 'Your recovery code' }).locator('bdi').allTextContents()
  await dialog.getByRole('button', { name: 'I have written it down' }).click()
  for (const [at, word] of words.entries()) {
    const field = dialog.getByLabel(`Word ${at + 1}`, { exact: true })
    if (await field.count()) await field.fill(word)
  }
  await dialog.getByRole('button', { name: 'That is right: forget it here' }).click()
  await see(fay.page, 'You have your recovery code on paper.')
  await fay.press('Close')
  await fay.page.getByRole('button', { name: 'Show the recovery code' }).waitFor({ state: 'hidden' })
})

/** Makes an invitation at the table and gives its link. */
async function invite(side: string, note: string): Promise<string> {
  await fay.press('New invitation')
  await fay.page.getByRole('radio', { name: side }).check()
  await fay.page.getByLabel('Your note of whom it is for').fill(note)
  await fay.page.getByRole('button', { name: new RegExp(loosely(`Make the invitation for ${side}`)) }).click()
  const link = await fay.page.getByRole('textbox', { name: 'Link' }).inputValue()
  await fay.press('Close')
  return link
}

/** Somebody who is not looked at comes by a link. */
async function comeBy(link: string, name: string): Promise<Person> {
  const person = await joinByLink(house.relay, link, name)
  come.push(person)
  return person
}

test('whoever comes is shown with their words, and is let in or turned away', async () => {
  const ada = await comeBy(await invite('North', 'Ada'), '')
  await heading('Somebody without a name is at the door')
  await see(fay.page, 'Your note: Ada')
  const words = await table()
    .getByRole('list', { name: 'Words that they should read to you' })
    .locator('bdi')
    .allTextContents()
  expect(words).toEqual(await ada.dialogue.safetyWords())
  await fay.press('The words match: let in')
  await until(ada.dialogue, 'Ada is in', ({ phase, isLive }) => phase === 'inside' && isLive)
  const eve = await comeBy(await invite('South', 'Chi'), 'Eve')
  await heading('Eve is at the door')
  await fay.press('Turn away')
  await see(fay.page, 'Turn this person away?')
  await fay.press('Turn away')
  await until(eve.dialogue, 'Eve is not in', ({ phase }) => phase === 'declined')
  await fay.page.getByText('is at the door').waitFor({ state: 'hidden' })
}, 60_000)

test('[IN6] [R51] an invitation that two have used lets nobody in, and says so', async () => {
  const link = await invite('South', 'Dov')
  await comeBy(link, 'Dov')
  await heading('Dov is at the door')
  await comeBy(link, 'Mallory')
  await heading('This invitation was used by more than one person')
  expect(await fay.page.getByRole('button', { name: 'The words match: let in' }).count()).toBe(0)
  await fay.press('Take it back')
  // At the table, and in the sign above it.
  for (const place of [table(), fay.page.locator('main')])
    await place.getByText('This invitation was used by more than one person').first().waitFor({ state: 'hidden' })
}, 60_000)

test('an open invitation can be shown again and taken back', async () => {
  await invite('South', 'Chi')
  await table().getByRole('button', { name: 'Chi' }).click()
  await fay.page.getByRole('button', { name: 'Take it back' }).click()
  await see(fay.page, 'Take this invitation back?')
  await fay.page.getByRole('button', { name: 'Take it back' }).click()
  await see(fay.page, 'It opens nothing any more.')
  await fay.press('Close')
  const chi = await comeBy(await invite('South', 'Chi'), 'Chi')
  await heading('Chi is at the door')
  await fay.press('The words match: let in')
  await until(chi.dialogue, 'Chi is in', ({ phase, view }) => phase === 'inside' && view?.mustAffirm === false)
}, 60_000)

const goOnEarly = (): Promise<void> =>
  table()
    .getByRole('button', { name: /^Go on to .* before that is so$/ })
    .click()

test('[DG8] [R02] [R03] a stage is left with a reason before its end, not over an open round, and can be gone back to', async () => {
  await until(come.at(-1)?.dialogue as Person['dialogue'], 'all have accepted', ({ view }) => view?.people.length === 3)
  await table()
    .getByRole('button', { name: /Go on to/ })
    .click()
  await fay.page.getByRole('heading', { level: 1, name: 'Speaking' }).waitFor()
  await fay.page.getByRole('button', { name: 'Open this round' }).first().click()
  await fay.page.getByRole('button', { name: 'Close this round' }).waitFor()
  await see(fay.page, 'A round is still open.')
  expect(
    await table()
      .getByRole('button', { name: /^Go on to / })
      .isDisabled(),
  ).toBe(true)
  expect(await table().getByRole('button', { name: 'Go to another stage' }).isDisabled()).toBe(true)
  await fay.press('Close this round')
  await fay.page.getByRole('dialog').getByRole('button', { name: 'Close this round' }).click()
  await fay.page.getByRole('button', { name: 'Close this round' }).waitFor({ state: 'hidden' })
  await goOnEarly()
  await see(fay.page, 'has not come to its end yet. It ends when:')
  await fay.press('Go there')
  await see(fay.page, 'Please write a reason first.')
  await fay.page.getByLabel('Your reason').fill('We are tired and meet again tomorrow.')
  await fay.press('Go there')
  await fay.page.getByRole('heading', { level: 1, name: 'Hearing' }).waitFor()
  await table().getByText('We are tired and meet again tomorrow.').waitFor()
  await fay.press('Go to another stage')
  await fay.page.getByRole('radio', { name: /^Speaking/ }).check()
  await fay.press('Go there')
  await fay.page.getByRole('heading', { level: 1, name: 'Speaking' }).waitFor()
}, 90_000)

test('[R13] who leaves is told to the facilitator alone, and who is taken out reads nothing more', async () => {
  const [ada] = come as [Person]
  const chi = come.at(-1) as Person
  await chi.dialogue.leave()
  await see(fay.page, 'Has left')
  await see(fay.page, 'You need not do anything.')
  await table()
    .getByRole('listitem')
    .filter({ hasText: /Your note: .?Ada/ })
    .getByRole('button')
    .filter({ hasText: 'Take out' })
    .click()
  await see(fay.page, 'What they have read until now stays with them.')
  await fay.press('Leave them in')
  await table()
    .getByRole('listitem')
    .filter({ hasText: /Your note: .?Ada/ })
    .getByRole('button')
    .filter({ hasText: 'Take out' })
    .click()
  await fay.press('Take them out')
  await until(ada.dialogue, 'Ada is out', ({ isShutOut }) => isShutOut)
  await table()
    .getByText(/Your note: .?Ada/)
    .waitFor({ state: 'hidden' })
}, 60_000)

test('a desk link that was replaced says so, and what is there goes on', async () => {
  const env = { ...process.env, DATA_DIR: house.relay.directory }
  await promisify(execFile)(process.execPath, [RELAY, 'desk-link', '--revoke'], { env })
  await load(`${house.relay.url}/desk`)
  await unlock()
  await see(fay.page, 'The desk link that this device knew is no longer valid.')
  expect(await fay.page.getByRole('button', { name: 'New dialogue' }).count()).toBe(0)
  await fay.page.getByRole('link', { name: 'The well' }).click()
  await heading('The table')
}, 60_000)
