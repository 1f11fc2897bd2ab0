import { expect } from '@playwright/test'
import { inSentence, type Person } from './person.ts'
import { button } from './steps.ts'

/** Fay goes on once the stage's end has come, and everybody is seen to be there. */
export async function goOn(
  fay: Person,
  people: readonly Person[],
  stage: Readonly<Record<'en' | 'ar', string>>,
): Promise<void> {
  await fay.hands.press(button(fay, fay.m.table.stage.next({ stage: inSentence(stage[fay.language]) })))
  for (const person of [fay, ...people])
    await expect(person.page.getByRole('heading', { level: 1, name: stage[person.language] })).toBeVisible()
}

/** What somebody does in a round: their words, or a pass. */
export type Says = readonly (readonly [person: Person, words: string | undefined])[]

/** Opens a round, has everybody write or pass, and closes it; the first to speak is pictured. */
export async function playRound(fay: Person, kind: 'perception' | 'fear' | 'need', says: Says): Promise<void> {
  const words = fay.m.activities.round
  const own = fay.page.getByRole('region', { name: fay.m.speech.kind[kind], exact: true })
  await fay.hands.press(own.getByRole('button', { name: words.facilitator.open }))
  await expect(own.getByText(words.facilitator.opened)).toBeVisible()
  await fay.shot(`round-${kind}-open`)
  for (const [person, text] of says) await write(person, kind, text)
  await fay.hands.press(own.getByRole('button', { name: words.facilitator.close }))
  await fay.hands.press(fay.page.getByRole('dialog').getByRole('button', { name: words.facilitator.close }))
  for (const [, text] of says) if (text) await expect(fay.page.getByText(text)).toBeVisible()
  await fay.shot(`round-${kind}-closed`)
}

async function write(person: Person, kind: 'perception' | 'fear' | 'need', text: string | undefined): Promise<void> {
  const words = person.m.activities.round
  const round = person.page.getByRole('region', { name: person.m.speech.kind[kind], exact: true })
  if (text === undefined) {
    await person.hands.press(round.getByRole('button', { name: words.pass }))
    await expect(round.getByText(words.passed)).toBeVisible()
    return person.shot(`round-${kind}-passed`)
  }
  await person.hands.write(round.getByLabel(words.label), text)
  await person.shot(`round-${kind}-writing`)
  await person.hands.press(round.getByRole('button', { name: words.share, exact: true }))
  await expect(round.getByText(words.wait)).toBeVisible()
}

/** What one has said, and what the other has understood of it. */
export interface Restating {
  readonly speaker: Person
  readonly said: string
  readonly listener: Person
  readonly restated: string
}

/** A listener says back what a speaker wrote; the speaker answers. */
export async function mirror(
  { speaker, said, listener, restated }: Restating,
  verdict: 'accurate' | 'partly' | 'not-yet',
): Promise<void> {
  const { restate } = listener.m.activities.mirroring
  const heard = listener.page.getByRole('listitem').filter({ hasText: said })
  const choose = heard.getByRole('button', { name: restate.choose })
  await listener.hands.press(choose.or(heard.getByRole('button', { name: restate.again })))
  await listener.hands.write(heard.getByLabel(restate.label), restated)
  await listener.shot('restating')
  await listener.hands.press(heard.getByRole('button', { name: restate.offer }))
  await expect(heard.getByText(restate.waiting)).toBeVisible()
  const { judge } = speaker.m.activities.mirroring
  const back = speaker.page.getByRole('listitem').filter({ hasText: restated })
  await expect(back).toBeVisible()
  await back.scrollIntoViewIfNeeded()
  await speaker.shot(`judging-${verdict}`)
  await speaker.hands.press(back.getByRole('button', { name: judge[verdict], exact: true }))
  await expect(back.getByRole('button', { name: judge[verdict], exact: true })).toHaveCount(0)
}

/** Fay puts a line before the sides. */
export async function propose(fay: Person, text: string): Promise<void> {
  const words = fay.m.activities.brief
  await fay.hands.write(fay.page.getByLabel(words.propose.label), text)
  await fay.hands.press(button(fay, words.propose.button))
  await expect(fay.page.getByRole('article').filter({ hasText: text })).toBeVisible()
}

/** Somebody answers a line. */
export async function answer(person: Person, text: string, yes: boolean): Promise<void> {
  const words = person.m.activities.brief
  const line = person.page.getByRole('article').filter({ hasText: text })
  await person.hands.press(line.getByRole('button', { name: yes ? words.yes : words.notYet, exact: true }))
  // Where few are on a side, the words beside a “not yet” say what it may tell.
  await expect(line.getByText(yes ? words.mine.turned : words.mineOfFew)).toBeVisible()
}
