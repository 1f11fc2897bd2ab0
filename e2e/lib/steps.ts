import { expect, type Locator } from '@playwright/test'
import { inSentence, type Person } from './person.ts'

/** What a convenor decides in the story. */
export interface Plan {
  readonly title: string
  readonly sides: readonly [string, string]
  readonly convenor: string
  /** Devices show what they have read without the server too. */
  readonly readsOffline?: boolean
}

export const button = ({ page }: Person, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' })

const heading = ({ page }: Person, name: string): Locator => page.getByRole('heading', { name, exact: true })

/** From the desk link to the room, with a picture of each step. */
export async function foundDialogue(
  fay: Person,
  deskLink: string,
  { title, sides, convenor, readsOffline }: Plan,
): Promise<void> {
  const { page, hands, m, shot } = fay
  const { founding } = m
  await page.goto(deskLink)
  await expect(heading(fay, m.desk.heading)).toBeVisible()
  expect(page.url()).not.toContain('d1.')
  await shot('desk')
  await fay.hands.press(button(fay, m.desk.new))
  await setPassphrase(fay)
  await expect(heading(fay, founding.process.heading)).toBeVisible()
  await shot('new-how')
  await fay.hands.press(button(fay, founding.process.choose))
  await hands.write(page.getByLabel(founding.sides.title, { exact: true }), title)
  for (const [at, side] of sides.entries()) await hands.write(page.getByLabel(founding.sides.name).nth(at), side)
  await hands.write(page.getByLabel(founding.sides.convenor), convenor)
  await hands.write(page.getByLabel(founding.sides.own), fay.name)
  await shot('new-who')
  await fay.hands.press(button(fay, m.page.continue))
  await expect(heading(fay, founding.rules.heading)).toBeVisible()
  await shot('new-rules')
  await fay.hands.press(button(fay, m.page.continue))
  await expect(heading(fay, founding.leaving.heading)).toBeVisible()
  if (readsOffline) await hands.choose(page.getByRole('radio', { name: founding.leaving.offlineYes }))
  await shot('new-leaving')
  await fay.hands.press(button(fay, m.page.continue))
  await expect(heading(fay, founding.check.heading)).toBeVisible()
  await shot('new-check')
  await fay.hands.press(button(fay, founding.check.begin))
  await acceptRules(fay)
  await expect(heading(fay, m.table.heading)).toBeVisible()
  await shot('table')
}

/** Writes down the recovery code: nobody is invited to a side before that, unless there is a second device. */
export async function writeDown(person: Person): Promise<readonly string[]> {
  const { code } = person.m.devices
  await person.hands.press(button(person, code.start).first())
  const dialog = person.page.getByRole('dialog', { name: code.heading })
  const words = await dialog.getByRole('list', { name: code.label }).locator('bdi').allTextContents()
  const kind = person.language === 'en' ? 'words' : 'numbers'
  expect(words).toHaveLength(kind === 'words' ? 12 : 10)
  await person.hands.press(dialog.getByRole('button', { name: code.written }))
  for (const [at, word] of words.entries()) {
    const field = dialog.getByLabel(code.nth({ kind, n: at + 1 }), { exact: true })
    if (await field.count()) await person.hands.write(field, word)
  }
  await person.hands.press(dialog.getByRole('button', { name: code.confirm }))
  return words
}

const PASSPHRASE = 'the heron stands still'

/** Whoever facilitates sets one before anything else. */
export async function setPassphrase(person: Person): Promise<void> {
  const { page, hands, m, shot } = person
  const { protect, form } = m.lock
  await expect(heading(person, protect.heading)).toBeVisible()
  await hands.write(page.getByLabel(form.next), PASSPHRASE)
  await hands.write(page.getByLabel(form.again), PASSPHRASE)
  await shot('passphrase')
  await hands.press(button(person, form.set))
}

/** Whoever comes back to a page that needs their passphrase. */
export async function openLock(person: Person): Promise<void> {
  const { page, hands, m } = person
  await hands.write(page.getByLabel(m.lock.screen.label, { exact: true }), PASSPHRASE)
  await hands.press(button(person, m.lock.screen.open))
}

/** At the door of the room, for whoever founded it. */
async function acceptRules(person: Person): Promise<void> {
  const words = person.m.activities['ground-rules']
  await expect(button(person, words.accept)).toBeVisible()
  await person.shot('rules-first')
  await person.hands.press(button(person, words.accept))
}

/** How an invitation is handed over, with what the other person needs. */
export interface Handed {
  readonly link?: string
  readonly code?: string
}

/** Makes an invitation at the table and reads off what is to be handed over. */
export async function invite(fay: Person, side: string, note: string, way: 'link' | 'words'): Promise<Handed> {
  const { page, hands, m, shot } = fay
  const { form, card } = m.invitations
  await fay.hands.press(button(fay, m.invitations.new))
  const dialog = page.getByRole('dialog', { name: form.heading })
  await hands.choose(dialog.getByRole('radio', { name: side }))
  await hands.write(dialog.getByLabel(form.note), note)
  await hands.choose(dialog.getByRole('radio', { name: form[way] }))
  await shot(`invite-${note.toLowerCase()}`)
  await hands.press(dialog.getByRole('button', { name: form.make }))
  const made = page.getByRole('dialog', { name: card.heading })
  await expect(made).toBeVisible()
  await shot(`invitation-${note.toLowerCase()}`)
  const handed =
    way === 'link'
      ? { link: await made.getByRole('textbox', { name: card.link }).inputValue() }
      : { code: (await made.getByRole('list', { name: card.code }).locator('bdi').allTextContents()).join(' ') }
  await hands.press(made.getByRole('button', { name: m.page.close }))
  return handed
}

/** From the invitation to the waiting room; the words that the person reads aloud there. */
export async function join(person: Person, url: string, { link, code }: Handed, name: string): Promise<string[]> {
  const { page, hands, m, shot } = person
  if (link) await page.goto(link)
  else {
    await page.goto(url)
    await hands.write(page.getByLabel(m.stranger.code), code ?? '')
    await shot('stranger')
    await person.hands.press(button(person, m.stranger.open))
  }
  await expect(heading(person, m.join.language.heading)).toBeVisible()
  expect(page.url()).not.toContain('v1.')
  await shot('join-language')
  await person.hands.press(button(person, m.page.continue))
  await expect(heading(person, m.join.what.heading)).toBeVisible()
  await shot('join-what')
  await person.hands.press(button(person, m.page.continue))
  await expect(heading(person, m.join.rules.heading)).toBeVisible()
  await shot('join-rules')
  await person.hands.press(button(person, m.join.rules.accept))
  await expect(heading(person, m.join.name.heading)).toBeVisible()
  if (name !== '') await hands.write(page.getByLabel(m.join.name.label), name)
  await shot('join-name')
  await person.hands.press(button(person, name === '' ? m.join.name.none : m.join.name.use))
  await expect(heading(person, m.waiting.heading)).toBeVisible()
  const words = page.getByRole('list', { name: wordsLabel(person) })
  await expect(words.locator('bdi')).toHaveCount(6)
  await shot('waiting')
  return words.locator('bdi').allTextContents()
}

const wordsLabel = ({ m, language }: Person): string =>
  m.waiting.words.label({ kind: language === 'en' ? 'words' : 'numbers' })

/** Compares the six words, lets the person in, and waits until they are in the room. */
export async function admit(fay: Person, person: Person, name: string, words: readonly string[]): Promise<void> {
  const { arrivals } = fay.m.invitations
  const kind = person.language === 'en' ? 'words' : 'numbers'
  const title = name === '' ? arrivals.unnamed : arrivals.named({ name: inSentence(name) })
  const card = fay.page.getByRole('article').filter({ has: fay.page.getByRole('heading', { name: title }) })
  await expect(card).toBeVisible({ timeout: 30_000 })
  expect(
    await card
      .getByRole('list', { name: arrivals.label({ kind }) })
      .locator('bdi')
      .allTextContents(),
  ).toEqual(words)
  await card.scrollIntoViewIfNeeded()
  await fay.shot(`arrival-${person.name.toLowerCase()}`)
  await fay.hands.press(card.getByRole('button', { name: arrivals.admit({ kind }) }))
  await expect(card).toHaveCount(0)
  await expect(person.page.getByRole('button', { name: person.m.room.bar.leave, exact: true })).toBeVisible({
    timeout: 30_000,
  })
  await person.shot('room')
}

/** Somebody of a side compares the six words of whoever is at the door of its own room, and lets them in there. */
export async function letIn(host: Person, guest: Person, name: string, words: readonly string[]): Promise<void> {
  const { door, invitations } = host.m
  const kind = guest.language === 'en' ? 'words' : 'numbers'
  await expect(guest.page.getByText(guest.m.door.waiting.heading)).toBeVisible({ timeout: 30_000 })
  await guest.shot('waiting-for-side')
  const title = name === '' ? door.unnamed : door.named({ name: inSentence(name) })
  const card = host.page.getByRole('region', { name: title })
  const shown = card.getByRole('list', { name: invitations.arrivals.label({ kind }) }).locator('bdi')
  await expect(shown).toHaveCount(6, { timeout: 30_000 })
  expect(await shown.allTextContents()).toEqual(words)
  await card.scrollIntoViewIfNeeded()
  await host.shot('at-the-door')
  await host.hands.press(card.getByRole('button', { name: door.yes, exact: true }))
  await expect(guest.page.getByText(guest.m.door.waiting.heading)).toHaveCount(0, { timeout: 30_000 })
  await expect(card).toHaveCount(0, { timeout: 30_000 })
}
