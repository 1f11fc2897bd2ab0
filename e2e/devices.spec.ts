// A facilitator adds a second device, and somebody whose device is lost comes back to their place: in a real browser,
// against the relay as it is run.
import { expect, test } from '@playwright/test'
import { type House, openHouse } from './lib/house.ts'
import { album, inSentence, newPerson, type Person } from './lib/person.ts'
import { PLAN } from './lib/play.ts'
import { admit, button, foundDialogue, invite, join, setPassphrase, writeDown } from './lib/steps.ts'

let house: House
test.beforeAll(async () => {
  house = await openHouse()
})
test.afterAll(() => house.close())

const heading = ({ page }: Person, name: string) => page.getByRole('heading', { name, exact: true })
const listed = ({ page }: Person, name: string) => page.getByRole('list', { name }).locator('bdi')

/** From the notice that everything hangs on one device to a second one at the table. */
async function addPhone(fay: Person, phone: Person): Promise<void> {
  const { devices } = fay.m
  await fay.hands.press(button(fay, devices.alone.add))
  const dialog = fay.page.getByRole('dialog', { name: devices.add.heading })
  await fay.hands.press(dialog.getByRole('button', { name: devices.add.make }))
  const link = await dialog.getByRole('textbox', { name: devices.add.link2 }).inputValue()
  await fay.shot('device-link')
  await phone.page.goto(link)
  await expect(heading(phone, devices.come.heading)).toBeVisible()
  await phone.shot('device-come')
  await phone.hands.press(button(phone, devices.come.go))
  await setPassphrase(phone)
  await expect(heading(phone, devices.come.wait)).toBeVisible()
  const shown = listed(phone, phone.m.waiting.words.label({ kind: 'words' }))
  await expect(shown).toHaveCount(6)
  const words = listed(fay, devices.add.label({ kind: 'words' }))
  await expect(words).toHaveText(await shown.allTextContents())
  await fay.shot('device-words')
  await fay.hands.press(button(fay, devices.add.yes))
  await expect(heading(phone, phone.m.table.heading)).toBeVisible({ timeout: 30_000 })
  await phone.shot('device-in')
  await fay.hands.press(dialog.getByRole('button', { name: fay.m.page.close }))
  await expect(button(fay, devices.alone.add)).toBeHidden()
  await fay.hands.press(button(fay, devices.news.read))
}

/** Writes down the recovery code in the waiting room. */
async function keepCode(ada: Person): Promise<readonly string[]> {
  const words = await writeDown(ada)
  const dialog = ada.page.getByRole('dialog', { name: ada.m.devices.code.heading })
  await expect(dialog.getByText(ada.m.devices.code.done)).toBeVisible()
  await ada.hands.press(dialog.getByRole('button', { name: ada.m.page.close }))
  return words
}

/** Comes back with a new device, by the facilitator's invitation and the code. */
async function comeBack(fay: Person, again: Person, code: readonly string[]): Promise<void> {
  const { devices, invitations } = fay.m
  await fay.hands.press(button(fay, devices.return.startNamed({ name: 'Ada' })))
  await fay.hands.press(button(fay, devices.return.make))
  const card = fay.page.getByRole('dialog', { name: invitations.card.heading })
  const link = await card.getByRole('textbox', { name: invitations.card.link }).inputValue()
  await fay.hands.press(card.getByRole('button', { name: fay.m.page.close }))
  await again.page.goto(link)
  await again.hands.write(again.page.getByLabel(devices.back.code), code.slice(1).join(' '))
  await again.hands.press(button(again, devices.back.go))
  await expect(again.page.getByText(devices.back.mistyped)).toBeVisible()
  await again.hands.write(again.page.getByLabel(devices.back.code), code.join(' '))
  await again.shot('back')
  await again.hands.press(button(again, devices.back.go))
  await expect(heading(again, again.m.waiting.heading)).toBeVisible()
  await expect(heading(fay, devices.return.arrives({ name: inSentence('Ada') }))).toBeVisible({ timeout: 30_000 })
  await fay.shot('back-arrives')
  await fay.hands.press(button(fay, invitations.arrivals.admit({ kind: 'words' })))
}

test('[DV4] [DV7] a second device comes by a code, and a lost one is answered with the recovery code', async ({
  browser,
}) => {
  const picture = album('devices')
  const fay = await newPerson(browser, { name: 'Fay', language: 'en' }, picture)
  const phone = await newPerson(browser, { name: 'Phone', language: 'en', phone: true }, picture)
  const ada = await newPerson(browser, { name: 'Ada', language: 'en', phone: true }, picture)
  const again = await newPerson(browser, { name: 'Again', language: 'en', phone: true }, picture)
  await foundDialogue(fay, house.deskLink, PLAN)
  await addPhone(fay, phone)
  const words = await join(ada, house.url, await invite(fay, PLAN.sides[0], 'Ada', 'link'), 'Ada')
  const code = await keepCode(ada)
  await admit(fay, ada, 'Ada', words)
  await comeBack(fay, again, code)
  await expect(button(again, again.m.room.bar.about)).toBeVisible({ timeout: 30_000 })
  await again.shot('back-in')
  await expect(heading(ada, ada.m.room.shutOut.heading)).toBeVisible({ timeout: 30_000 })
  await expect(phone.page.getByText(phone.m.devices.news.other)).toBeVisible()
  await phone.shot('told')
  for (const person of [fay, phone, ada, again]) expect(person.faults, person.name).toEqual([])
})
