// What somebody writes to a facilitator alone, in a real browser against a real relay.
import { SOUTH, until } from '@antechamber/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Guest, type House, openHouse, walkIn } from './house.ts'

const AFRAID = 'I am afraid to say this in the room.'

let house: House
let ada: Guest

beforeAll(async () => {
  house = await openHouse()
  ada = await house.newGuest()
  const { id, link } = await house.invite()
  await ada.page.goto(link)
  await walkIn(ada, 'Ada')
  await house.letIn(id)
  await ada.page.getByRole('heading', { name: 'Opening', exact: true }).waitFor()
}, 180_000)
afterEach(() => {
  expect(house.faults.splice(0)).toEqual([])
})
afterAll(() => house?.close())

const said = () => house.fay.dialogue.status.view?.legs[0]?.said.map(({ text }) => text)

test('[LE5] [LE9] a participant writes to Fay alone, and reads the answer; nobody else is shown anything', async () => {
  const chi = await house.seat('Chi', SOUTH)
  await ada.press('About')
  await ada.press('Write to Fay alone')
  const dialog = ada.page.getByRole('dialog', { name: /Only you and .*Fay/ })
  await dialog.getByText('The other facilitators cannot, nor your side').waitFor()
  await dialog.getByText('The server sees that two devices have a line').waitFor()
  await dialog.getByRole('textbox').fill(AFRAID)
  await dialog.getByRole('button', { name: 'Send' }).click()
  await until(house.fay.dialogue, 'Fay reads it', () => said()?.[0] === AFRAID)
  expect(await dialog.getByRole('textbox').inputValue()).toBe('')
  await dialog.getByRole('button', { name: 'Close' }).click()

  const seat = house.fay.dialogue.status.legs[0]?.with
  if (!seat) throw new Error('there is no line')
  await house.fay.dialogue.send({ type: 'sayInLeg', with: seat, text: 'Thank you.' })
  await ada.press('Read what Fay has written to you alone')
  await dialog.getByText('Thank you.').waitFor()
  await dialog.getByRole('button', { name: 'Take these words back' }).click()
  await dialog.getByRole('button', { name: 'Take back', exact: true }).click()
  await dialog.getByText('You took these words back.').waitFor()
  await until(house.fay.dialogue, 'they are gone', () => said()?.[0] === undefined && said()?.length === 2)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await ada.page.getByText('Written to you alone').waitFor({ state: 'detached' })
  await ada.page.reload()
  await ada.page.getByRole('heading', { name: 'Opening', exact: true }).waitFor()
  expect(await ada.page.getByRole('heading', { name: 'Written to you alone' }).count()).toBe(0)
  expect(chi.dialogue.status.view?.legs).toEqual([])
}, 90_000)
