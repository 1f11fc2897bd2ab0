// A participant's good days and bad days, in a real browser against a real relay.
import type { ActivityView, RunId } from '@antechamber/core'
import { joinByLink, NORTH, type Person, SOUTH, until } from '@antechamber/testkit'
import type { Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Guest, type House, openHouse, walkIn } from './house.ts'
import { PHONE } from './served.ts'

let house: House
let ada: Guest
let chi: Person
let link: string
let runs: readonly RunId[]

const see = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor()
const area = (page: Page) => page.getByRole('textbox')

beforeAll(async () => {
  house = await openHouse()
  ada = await house.newGuest()
}, 120_000)

afterEach(() => {
  expect(house.faults.splice(0)).toEqual([])
})

afterAll(() => house?.close())

test('from the link through three screens and the waiting room into the room', async () => {
  const invitation = await house.invite()
  link = invitation.link
  await ada.page.goto(link)
  await walkIn(ada, 'Ada')
  expect(new URL(ada.page.url()).pathname).toMatch(/^\/d\/[\w-]+$/)
  await ada.page.getByRole('list', { name: 'Words to read aloud' }).waitFor()
  const words = await ada.page.getByRole('list', { name: 'Words to read aloud' }).locator('bdi').allTextContents()
  await house.letIn(invitation.id)
  const known = house.fay.dialogue.status.invitations.find(({ id }) => id === invitation.id)
  expect(words).toHaveLength(6)
  expect(known?.label).toBe('a guest')
  await ada.page.getByRole('heading', { name: 'Opening', exact: true }).waitFor()
  chi = await house.seat('Chi', SOUTH)
}, 90_000)

test('a reload keeps the place, and the same link leads back to it instead of joining twice', async () => {
  const at = ada.page.url()
  await ada.page.reload()
  await ada.page.getByRole('heading', { name: 'Opening', exact: true }).waitFor()
  for (const again of [link, link.split('#')[0] ?? '']) {
    await ada.page.goto('about:blank')
    await ada.page.goto(again)
    await ada.page.waitForURL(at)
    await ada.page.getByRole('heading', { name: 'Opening', exact: true }).waitFor()
  }
})

test('the first page offers a way on that tells nothing', async () => {
  await ada.page.goto(house.relay.url)
  expect((await ada.page.locator('body').innerText()).toLowerCase()).not.toContain('well between')
  await ada.press('Continue')
  await ada.page.getByRole('heading', { name: 'Opening', exact: true }).waitFor()
})

test('the page is open in one window at a time, and says so in the other', async () => {
  const second = await ada.context.newPage()
  await second.goto(ada.page.url())
  await second.getByRole('heading', { name: 'Already open in another window' }).waitFor()
  await second.close()
})

test('[IN8] a link that is opened beside another window waits in memory alone, and opens once that window is closed', async () => {
  const bob = await house.newGuest()
  await bob.page.goto(`${house.relay.url}/desk`)
  await bob.page.getByRole('heading', { name: 'The desk' }).waitFor()
  const second = await bob.context.newPage()
  await second.goto((await house.invite()).link)
  const busy = second.getByRole('heading', { name: 'Already open in another window' })
  await busy.waitFor()
  await see(second, 'Each of these counts as another person’s device')
  const again = second.getByRole('button', { name: 'Try again' })
  await again.click()
  await busy.waitFor()
  const kept = await second.evaluate(() =>
    JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }]),
  )
  expect(kept).not.toMatch(/v1\.|#/)
  await bob.page.close()
  await again.click()
  await second.getByRole('heading', { name: 'Choose your language' }).waitFor()
  await bob.context.close()
}, 60_000)

test('an invitation that opens nothing any more says why, in words', async () => {
  const bob = await house.newGuest()
  const told = async (address: string, sentence: string): Promise<void> => {
    await bob.page.goto('about:blank')
    await bob.page.goto(address)
    await see(bob.page, sentence)
  }
  await told(link, 'has been used already')
  const open = await house.invite()
  await told(open.link.split('#')[0] ?? '', 'a part of it is no longer here')
  await told(`${open.link.slice(0, -4)}AAAA`, 'does not open anything here')
  await told(open.link.slice(0, -4), 'This link is not complete.')
  await house.fay.dialogue.send({ type: 'revoke', invitation: open.id })
  await told(open.link, 'was taken back')
  const turnedAway = await house.invite()
  const device = await joinByLink(house.relay, turnedAway.link, 'Mallory')
  await house.fay.dialogue.send({ type: 'decline', invitation: turnedAway.id })
  await told(turnedAway.link, 'is closed')
  device.device.close()
  await bob.context.close()
}, 60_000)

test('a spoken code is typed by hand', async () => {
  const bob = await house.newGuest()
  const code = await house.fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Bob', spoken: 'en' })
  await bob.page.goto(house.relay.url)
  await bob.page.getByLabel('Code').fill((code.spokenCode ?? []).join(' ').toUpperCase())
  await bob.press('Open')
  await walkIn(bob, 'Bob')
  await house.letIn(code.id)
  await bob.page.getByRole('heading', { name: 'Opening', exact: true }).waitFor()
  await bob.context.close()
}, 60_000)

test('[IN8] Back goes a step back, a reload asks for the invitation again, and its secret is nowhere in the browser', async () => {
  const bob = await house.newGuest()
  const { page, press } = bob
  const heading = (name: string): Promise<void> => page.getByRole('heading', { name, exact: true }).waitFor()
  const code = await house.fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Bob', spoken: 'en' })
  const typed = (code.spokenCode ?? []).join(' ')
  const byLink = async (): Promise<void> => void (await page.goto((await house.invite()).link))
  const byCode = async (): Promise<void> => {
    await page.goto(house.relay.url)
    await page.getByLabel('Code').fill(typed)
    await press('Open')
  }
  for (const [open, asked] of [
    [byLink, 'This link does not open'],
    [byCode, 'Welcome'],
  ] as const) {
    await page.goto('about:blank')
    await open()
    await press('Continue')
    await heading('Before you come in')
    await page.reload()
    await heading(asked)
    await page.goto('about:blank')
    await open()
    await press('Continue')
    await heading('Before you come in')
    await press('Continue')
    await heading('The ground rules')
    await page.goBack()
    await heading('Before you come in')
    await press('Back')
    await heading('Choose your language')
    await press('Continue')
    await press('Not now')
    await heading('You have not come in')
    await press('Back to the invitation')
    await heading('Before you come in')
    const kept = await page.evaluate(() =>
      JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }]),
    )
    expect(kept).not.toMatch(/v1\.|#/)
    expect(kept).not.toContain(typed)
  }
  await bob.context.close()
}, 60_000)

test('two people with one invitation: neither comes in by it', async () => {
  const invitation = await house.invite()
  const bob = await house.newGuest()
  await bob.page.goto(invitation.link)
  await walkIn(bob, 'Bob')
  const stateIs = (wanted: string) =>
    until(house.fay.dialogue, wanted, ({ invitations }) =>
      invitations.some(({ id, state }) => id === invitation.id && state === wanted),
    )
  await stateIs('arrived')
  const other = await joinByLink(house.relay, invitation.link, 'Mallory')
  await stateIs('two-joins')
  expect(await house.fay.dialogue.send({ type: 'admit', invitation: invitation.id })).toEqual({
    done: false,
    code: 'two-joins',
  })
  await house.fay.dialogue.send({ type: 'decline', invitation: invitation.id })
  await bob.page.getByRole('heading', { name: 'You were not let in' }).waitFor()
  other.device.close()
  await bob.context.close()
}, 60_000)

test('[ST2] what was being written outlives a reload; share and pass are alike', async () => {
  runs = await house.enter('sharing')
  const run = runs[0] as RunId
  await house.fay.dialogue.send({ run, command: { type: 'openRound' } })
  await area(ada.page).fill('When the gates close in spring')
  await ada.page.reload()
  await see(ada.page, 'How it is shown')
  await ada.page.waitForFunction(() => document.querySelector('textarea')?.value === 'When the gates close in spring')
  const sizes = await ada.page
    .locator('.pair .button:visible')
    .evaluateAll((all) => all.map((one) => [one.clientWidth, one.clientHeight, getComputedStyle(one).color]))
  expect(sizes[0]).toEqual(sizes[1])
  await ada.press('Pass')
  await see(ada.page, 'You have passed.')
  await ada.press('Share')
  await ada.page.getByRole('heading', { name: 'What you have shared' }).waitFor()
  await ada.page.getByRole('button', { name: 'Change it' }).click()
  await area(ada.page).fill('When the gates close in spring, nobody tells us why.')
  await ada.press('Share this instead')
  await see(ada.page, 'nobody tells us why.')
})

test('[ST15] what was typed in the very moment of a reload is there after it', async () => {
  await ada.page.getByRole('button', { name: 'Change it' }).click()
  for (const text of ['a last word', 'and another, ولا أحد يعلم', '']) {
    await area(ada.page).waitFor()
    await ada.page.evaluate((typed) => {
      const field = document.querySelector('textarea') as HTMLTextAreaElement
      field.value = `${typed} before`
      field.dispatchEvent(new Event('input', { bubbles: true }))
      field.value = typed
      field.dispatchEvent(new Event('input', { bubbles: true }))
      location.reload()
    }, text)
    await see(ada.page, 'What you have shared')
    await ada.page.getByRole('button', { name: 'Change it' }).click()
    const kept = text === '' ? 'When the gates close in spring, nobody tells us why.' : text
    await ada.page.waitForFunction((wanted) => document.querySelector('textarea')?.value === wanted, kept)
  }
  await ada.press('Keep it as it is')
}, 60_000)

test('away from the relay: what is shared waits, and is sent once the way is free', async () => {
  ada.setAway(true)
  await see(ada.page, 'Not connected at the moment.')
  await ada.page.getByRole('button', { name: 'Change it' }).click()
  await area(ada.page).fill('When the gates close, nobody comes to tell us.')
  await ada.press('Share this instead')
  await ada.page.getByText(/waits? to be sent\./).waitFor()
  ada.setAway(false)
  await see(ada.page, 'Everybody’s words are shown together')
  // Only what the relay has taken can be taken back.
  await ada.page.getByText('Take back', { exact: true }).waitFor()
  await house.fay.dialogue.send({ run: runs[0] as RunId, command: { type: 'closeRound' } })
  await see(ada.page, 'When the gates close, nobody comes to tell us.')
  expect(await area(ada.page).count()).toBe(0)
}, 90_000)

test('[LG10] what came too late comes back with the reason, and nothing is lost', async () => {
  const run = runs[1] as RunId
  await house.fay.dialogue.send({ run, command: { type: 'openRound' } })
  await area(ada.page).fill('That my children will leave.')
  ada.setAway(true)
  await see(ada.page, 'Not connected at the moment.')
  await ada.press('Share')
  await see(ada.page, 'This is kept on your device')
  await house.fay.dialogue.send({ run, command: { type: 'closeRound' } })
  ada.setAway(false)
  await see(ada.page, 'This round is closed, so nothing can be added to it.')
  await see(ada.page, 'That my children will leave.')
  await ada.page.reload()
  await see(ada.page, 'That my children will leave.')
  await ada.page.getByRole('button', { name: 'Close', exact: true }).last().click()
  await ada.page.getByText('That my children will leave.').waitFor({ state: 'hidden' })
}, 90_000)

test('[RD7] words are taken back, while the round is open and after, and the place where they stood says so', async () => {
  const run = runs[0] as RunId
  const takeBack = async (words: string): Promise<void> => {
    await ada.press('Take back these words')
    await see(ada.page, 'Nobody can make a person forget.')
    expect(await ada.page.getByRole('dialog').getByRole('blockquote').textContent()).toBe(words)
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Take them back' }).click()
  }
  await takeBack('When the gates close, nobody comes to tell us.')
  await see(ada.page, 'You have taken these words back.')
  expect(await ada.page.getByText('nobody comes to tell us').count()).toBe(0)
  const poolOf = (view: ActivityView | undefined) => (view?.kind === 'round' ? view.pool : [])
  await until(house.fay.dialogue, 'it is taken back', ({ view }) =>
    poolOf(view?.runs.find((one) => one.run === run)?.view).some(({ withdrawn }) => withdrawn),
  )
  await house.fay.dialogue.send({ run: runs[2] as RunId, command: { type: 'openRound' } })
  await area(ada.page).fill('To be asked')
  await ada.press('Share')
  await takeBack('To be asked')
  await see(ada.page, 'You have taken your words back.')
  expect(await area(ada.page).inputValue()).toBe('')
}, 60_000)

test('a round that closes over somebody’s words gives them back', async () => {
  const run = runs[2] as RunId
  const text = 'To be told in time.'
  await chi.dialogue.send({ run, command: { type: 'offerContribution', text, attribution: 'side' } })
  await area(ada.page).fill('To know a week before')
  await house.fay.dialogue.send({ run, command: { type: 'closeRound' } })
  await see(ada.page, 'These words were not shared:')
  await see(ada.page, 'To know a week before')
  await ada.press('Forget them')
  await ada.page.getByText('To know a week before').waitFor({ state: 'hidden' })
})

test('whoever leaves the waiting room is forgotten, and whoever is turned away may forget', async () => {
  const bob = await house.newGuest()
  const first = await house.invite()
  await bob.page.goto(first.link)
  await walkIn(bob, 'Bob')
  await bob.press('Leave the waiting room')
  await bob.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
  await see(bob.page, 'This device has forgotten the conversation.')
  const second = await house.invite()
  await bob.page.goto(second.link)
  await walkIn(bob, 'Bob')
  await house.fay.dialogue.send({ type: 'decline', invitation: second.id })
  await bob.page.getByRole('heading', { name: 'You were not let in' }).waitFor()
  await bob.press('Forget it on this device')
  await see(bob.page, 'This device has forgotten the conversation.')
  await bob.page.goto(house.relay.url)
  expect(await bob.page.getByRole('button', { name: 'Continue' }).count()).toBe(0)
  await bob.context.close()
}, 60_000)

test('a pause takes the field away from everyone and gives it back with its words', async () => {
  const [run] = await house.enter('hearing')
  expect(run).toBeDefined()
  await ada.page.getByRole('heading', { name: 'Words to say back' }).waitFor()
  await ada.press('Pause')
  await ada.press('Ask everyone to stop')
  await see(ada.page, 'Everyone has been asked to stop')
  expect(await ada.page.getByRole('button', { name: 'Say this back' }).count()).toBe(0)
  await house.fay.dialogue.send({ type: 'resume' })
  await ada.page.getByText('Everyone has been asked to stop').waitFor({ state: 'hidden' })
})

test('when the stage changes everybody begins at its heading, but nothing moves under the hands of somebody who writes', async () => {
  const isAtHeading = (name: string) =>
    ada.page.waitForFunction((title) => {
      const heading = document.querySelector('h1')
      const box = heading?.getBoundingClientRect()
      return heading?.textContent === title && document.activeElement === heading && box && box.top > 0
    }, name)
  await ada.page.setViewportSize({ width: 390, height: 260 })
  await ada.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await house.enter('sharing')
  await isAtHeading('Speaking')
  await house.enter('hearing')
  await isAtHeading('Hearing')
  await ada.press('Say this back')
  await area(ada.page).fill('You wait for word')
  const before = await ada.page.evaluate(() => scrollY)
  expect(before).toBeGreaterThan(0)
  await house.enter('brief')
  const sign = ada.page.getByRole('button', { name: /We are now here: .?Brief/ })
  await sign.waitFor()
  await sign.click()
  await isAtHeading('Brief')
  await sign.waitFor({ state: 'hidden' })
  await ada.page.setViewportSize(PHONE)
}, 60_000)

test('leaving: nothing is shown any more, and the device has forgotten', async () => {
  await ada.page.getByRole('region', { name: 'Always here' }).getByRole('button', { name: 'Leave' }).click()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
  await see(ada.page, 'This device has forgotten the conversation.')
  await ada.page.reload()
  await ada.page.getByRole('heading', { name: 'Welcome' }).waitFor()
  expect(new URL(ada.page.url()).pathname).toBe('/')
  expect(await ada.page.getByRole('button', { name: 'Continue' }).count()).toBe(0)
})
