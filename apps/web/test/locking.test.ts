// A passphrase, the lock and forgetting, in a real browser against a real relay.
import type { RunId } from '@antechamber/core'
import { SOUTH, until } from '@antechamber/testkit'
import type { Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Guest, type House, openHouse, walkIn } from './house.ts'

const FIRST = 'the heron stands still'
const SECOND = 'the mill turns at night'
const DRAFT = 'When the gates close in spring'
const TITLE = 'The well between the villages'

let house: House
let ada: Guest
let runs: readonly RunId[]
/** Connections that the page has opened since it was loaded. */
let connections = 0

const see = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor()
const room = (stage: string): Promise<void> => ada.page.getByRole('heading', { name: stage, exact: true }).waitFor()
const lockScreen = (): Promise<void> => ada.page.getByLabel('Passphrase', { exact: true }).waitFor()

beforeAll(async () => {
  house = await openHouse()
  ada = await house.newGuest()
  ada.page.on('websocket', () => connections++)
  ada.page.on('framenavigated', () => {
    connections = 0
  })
}, 120_000)

afterEach(() => {
  expect(house.faults.splice(0)).toEqual([])
})

afterAll(() => house?.close())

async function unlock(passphrase: string): Promise<void> {
  await ada.page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await ada.press('Open')
}

/** After a day without a sign of anybody a notice stands beside it that can be closed, too. */
const closeMenu = (): Promise<void> => ada.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()

async function setPassphrase(next: string, current?: string): Promise<void> {
  if (current !== undefined) await ada.page.getByLabel('Present passphrase').fill(current)
  await ada.page.getByLabel('New passphrase').fill(next)
  await ada.page.getByLabel('The same once more').fill(next)
  await ada.press(current === undefined ? 'Set the passphrase' : 'Change the passphrase')
}

/** All that the browser keeps for this page, as text of one byte a character. */
const kept = (): Promise<string> =>
  ada.page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('a')
      opening.onsuccess = () => resolve(opening.result)
    })
    const records = await new Promise<Uint8Array[]>((resolve) => {
      const reading = database.transaction('r').objectStore('r').getAll()
      reading.onsuccess = () => resolve(reading.result)
    })
    database.close()
    const decoder = new TextDecoder('latin1')
    return [...records.map((bytes) => decoder.decode(bytes)), ...Object.values(localStorage)].join('\n')
  })

/** Nothing on the page or in the browser's storage, while it is locked, tells what this is. */
async function expectNothingShown(): Promise<void> {
  expect(await ada.page.title()).toBe('Welcome')
  const page = `${await ada.page.content()}\n${await kept()}`
  for (const text of [TITLE, 'Northfield', 'Riverside', DRAFT, 'nobody tells us', FIRST, 'dialogue', 'facilitat'])
    expect(page).not.toContain(text)
  expect((await ada.page.locator('body').innerText()).split(/\n+/).filter((line) => line !== '')).toEqual([
    'Language',
    'English',
    'العربية',
    'Welcome',
    'Passphrase',
    'Show what is typed',
    'Open',
    'I do not know it any more',
  ])
  expect(connections).toBe(0)
}

test('a participant is offered a passphrase once, where there is time, and may leave it', async () => {
  const invitation = await house.invite()
  await ada.page.goto(invitation.link)
  await walkIn(ada, 'Ada')
  await see(ada.page, 'If others can get at this device')
  await ada.press('Set a passphrase')
  await ada.press('Not now')
  await ada.press('Close')
  await ada.press('Set a passphrase')
  await setPassphrase(FIRST)
  await see(ada.page, 'The passphrase is set.')
  await ada.press('Close')
  expect(await ada.page.getByText('If others can get at this device').count()).toBe(0)
  await house.letIn(invitation.id)
  await room('Opening')
  await house.seat('Chi', SOUTH)
}, 90_000)

test('[ST17] [ST19] a page that is loaded again asks, shows nothing, and opens for the right one only', async () => {
  runs = await house.enter('sharing')
  await house.fay.dialogue.send({ run: runs[0] as RunId, command: { type: 'openRound' } })
  await ada.page.getByRole('textbox').fill(DRAFT)
  await ada.page.waitForTimeout(300)
  await ada.page.reload()
  await lockScreen()
  await expectNothingShown()
  await ada.press('Open')
  await see(ada.page, 'Please type your passphrase first.')
  await unlock('the heron stands stil')
  await see(ada.page, 'This does not open anything here.')
  expect(connections).toBe(0)
  await ada.page.getByLabel('Passphrase', { exact: true }).fill(`${FIRST} `)
  await ada.page.keyboard.press('Enter')
  await room('Speaking')
  await ada.page.waitForFunction((text) => document.querySelector('textarea')?.value === text, DRAFT)
}, 60_000)

test('[ST19] the lock ends connections and takes everything away; drafts and what waits outlive it', async () => {
  await house.fay.dialogue.send({ run: runs[1] as RunId, command: { type: 'openRound' } })
  await ada.page.getByRole('textbox').nth(1).waitFor()
  ada.setAway(true)
  await see(ada.page, 'Not connected at the moment.')
  await ada.page.getByRole('textbox').first().fill('When the gates close, nobody tells us.')
  await ada.page.getByRole('button', { name: 'Share', exact: true }).first().click()
  await see(ada.page, 'This is kept on your device')
  // Typed in the very moment before.
  await ada.page.getByRole('textbox').fill(DRAFT)
  await ada.press('Lock')
  await lockScreen()
  await expectNothingShown()
  ada.setAway(false)
  await unlock(FIRST)
  await room('Speaking')
  await ada.page.waitForFunction((text) => document.querySelector('textarea')?.value === text, DRAFT)
  // Only what the relay has taken can be taken back.
  await ada.page.getByText('Take back', { exact: true }).waitFor()
  await house.fay.dialogue.send({ run: runs[0] as RunId, command: { type: 'closeRound' } })
  await see(ada.page, 'When the gates close, nobody tells us.')
  await until(house.fay.dialogue, 'what waited has come', ({ view }) =>
    JSON.stringify(view?.runs.find(({ run }) => run === runs[0])?.view).includes(
      'When the gates close, nobody tells us.',
    ),
  )
}, 60_000)

test('[ST22] without use for a quarter of an hour the page locks itself, and while somebody uses it never', async () => {
  await ada.page.clock.install()
  await ada.page.reload()
  await unlock(FIRST)
  await room('Speaking')
  for (let round = 0; round < 3; round++) {
    await ada.page.clock.fastForward('10:00')
    await ada.page.mouse.move(100 + round, 100)
  }
  await room('Speaking')
  await ada.page.clock.fastForward('14:00')
  await room('Speaking')
  await ada.page.clock.fastForward('01:30')
  await lockScreen()
  await unlock(FIRST)
  await room('Speaking')
  await ada.press('This device')
  await ada.page.getByRole('radio', { name: 'never' }).check()
  await closeMenu()
  await ada.page.clock.fastForward('10:00:00')
  await room('Speaking')
  await ada.press('This device')
  await ada.page.getByRole('radio', { name: 'after 5 minutes' }).check()
  await closeMenu()
  await ada.page.clock.fastForward('05:10')
  await lockScreen()
  await ada.page.clock.resume()
  await unlock(FIRST)
  await room('Speaking')
}, 90_000)

test('[ST18] the passphrase is changed, and removed, by whoever knows it', async () => {
  await ada.press('This device')
  await ada.press('Change the passphrase')
  await setPassphrase(SECOND, 'something else')
  await see(ada.page, 'This is not the present passphrase.')
  await setPassphrase(SECOND, FIRST)
  await see(ada.page, 'The passphrase is set.')
  await ada.press('Lock now')
  await unlock(FIRST)
  await see(ada.page, 'This does not open anything here.')
  await unlock(SECOND)
  await room('Speaking')
  await ada.press('This device')
  await ada.press('Remove the passphrase')
  await ada.page.getByLabel('Present passphrase').fill(SECOND)
  await ada.press('Remove the passphrase')
  await see(ada.page, 'The passphrase is removed.')
  await closeMenu()
  await ada.page.reload()
  await room('Speaking')
  await ada.press('Hide')
  await ada.press('Show the page again')
  await ada.press('This device')
  await ada.press('Set a passphrase')
  await setPassphrase(FIRST)
  await see(ada.page, 'The passphrase is set.')
  await closeMenu()
}, 90_000)

/** What is left in the browser of somebody's having been here. */
const traces = (): Promise<unknown> =>
  ada.page.evaluate(async () => [
    (await indexedDB.databases()).map(({ name }) => name),
    { ...localStorage },
    await caches.keys(),
    (await navigator.serviceWorker.getRegistrations()).length,
  ])

test('[ST7] whoever has forgotten it can forget everything, and nobody else is told', async () => {
  await ada.page.reload()
  await lockScreen()
  const at = ada.page.url()
  await ada.press('I do not know it any more')
  await see(ada.page, 'This cannot be undone.')
  await ada.press('Keep it')
  await ada.press('I do not know it any more')
  await ada.press('Forget everything')
  await ada.page.getByLabel('Code').waitFor()
  expect(await ada.page.getByRole('button', { name: 'Continue' }).count()).toBe(0)
  expect(await traces()).toEqual([[], {}, [], 0])
  await ada.page.goto(at)
  await ada.page.getByLabel('Code').waitFor()
  const { view } = house.fay.dialogue.status
  expect(view?.people.map(({ name }) => name)).toContain('Ada')
  expect(view?.table?.leaving).toEqual([])
}, 60_000)

/** Puts other bytes in the place of the vault key's record. */
const spoil = (bytes: readonly number[]): Promise<void> =>
  ada.page.evaluate(async (values) => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('a')
      opening.onsuccess = () => resolve(opening.result)
    })
    await new Promise((resolve) => {
      const writing = database.transaction('r', 'readwrite')
      writing.objectStore('r').put(Uint8Array.from(values), 'vault-key')
      writing.oncomplete = resolve
    })
    database.close()
  }, bytes)

test('[ST7] [ST20] what cannot be opened, damaged or of another version, says which, and can be forgotten', async () => {
  for (const [bytes, told] of [
    [[0x76, 1, 2, 3], 'What this device kept cannot be read'],
    [[0x76, 2, 2, 3], 'Kept by another version'],
  ] as const) {
    await ada.page.goto(`${house.relay.url}/desk`)
    await see(ada.page, 'open the desk link')
    await spoil(bytes)
    await ada.page.reload()
    await ada.page.getByRole('heading', { name: told }).waitFor()
    await ada.press('Forget everything on this device')
    await ada.press('Forget everything')
    await ada.page.getByLabel('Code').waitFor()
    expect(await traces()).toEqual([[], {}, [], 0])
  }
}, 60_000)

test('[ST7] a device that is open is forgotten from its menu', async () => {
  const invitation = await house.invite()
  await ada.page.goto(invitation.link)
  await walkIn(ada, 'Ada')
  await ada.press('This device')
  await ada.press('Forget everything on this device')
  await ada.press('Forget everything')
  await ada.page.getByLabel('Code').waitFor()
  expect(await traces()).toEqual([[], {}, [], 0])
  await until(house.fay.dialogue, 'she still seems to wait', ({ invitations }) =>
    invitations.some(({ id, state }) => id === invitation.id && state === 'arrived'),
  )
}, 60_000)
