// A dialogue that may be read without the relay, and one that may not, after the relay has gone: in a real browser, whose
// page then comes from the service worker.
import { expect, test } from '@playwright/test'
import { openHouse } from './lib/house.ts'
import { album, newPerson, type Person } from './lib/person.ts'
import { PLAN } from './lib/play.ts'
import { button, foundDialogue, openLock } from './lib/steps.ts'

const readable = ({ page, m }: Person) => page.getByText(m.room.connection.reading.heading, { exact: true })

/** Comes again after the page was closed: the passphrase is asked for, without the relay too. */
async function comeAgain(person: Person): Promise<void> {
  await person.page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await person.page.reload()
  await openLock(person)
}

test('[ST23] [ST24] without the relay a device shows what it has read where the convenor has allowed it, and nothing elsewhere', async ({
  browser,
}) => {
  const house = await openHouse()
  const picture = album('offline')
  const fay = await newPerson(browser, { name: 'Fay', language: 'en', phone: true }, picture)
  const gil = await newPerson(browser, { name: 'Gil', language: 'ar' }, picture)
  try {
    await foundDialogue(fay, house.deskLink, { ...PLAN, readsOffline: true })
    await foundDialogue(gil, house.deskLink, PLAN)
    // The page is there without the network only once the service worker has it.
    for (const one of [fay, gil]) await comeAgain(one)
    for (const one of [fay, gil])
      await expect(one.page.getByRole('heading', { name: one.m.table.heading })).toBeVisible()
    await house.relay.stop()
    for (const one of [fay, gil]) await comeAgain(one)
    await expect(readable(fay)).toBeVisible({ timeout: 30_000 })
    await expect(fay.page.getByRole('banner').getByText(PLAN.title)).toBeVisible()
    await expect(button(fay, fay.m.invitations.new)).toBeHidden()
    await fay.shot('reading')
    await expect(gil.page.getByText(gil.m.room.connection.away)).toBeVisible({ timeout: 30_000 })
    await expect(gil.page.getByText(PLAN.title)).toHaveCount(0)
    await gil.shot('nothing')
  } finally {
    await house.close()
  }
})
