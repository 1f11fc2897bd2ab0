import { type Download, expect } from '@playwright/test'
import { markPage, type Person } from './person.ts'
import { answer, goOn, mirror, playRound, propose } from './stages.ts'
import { admit, button, invite, join, letIn, type Plan, writeDown } from './steps.ts'

/** Fay facilitates; Ada and Ben sit on one side, Chi and Dov on the other. Dov has no name in the room. */
export interface Cast {
  readonly fay: Person
  readonly ada: Person
  readonly ben: Person
  readonly chi: Person
  readonly dov: Person
}

export const peopleOf = ({ ada, ben, chi, dov }: Cast): readonly Person[] => [ada, ben, chi, dov]

export const PLAN: Plan = {
  title: 'The well between the villages',
  sides: ['Northfield', 'Southmead'],
  convenor: 'Fay Marlow, for the Riverside Peace Trust, whom nobody in the valley pays.',
}

const STAGES = {
  sharing: { en: 'Speaking', ar: 'الكلام' },
  hearing: { en: 'Hearing', ar: 'الإصغاء' },
  brief: { en: 'Brief', ar: 'الموجز' },
}

const NAMES: Readonly<Record<string, string>> = { Ada: 'Ada Fieldgate', Ben: 'بن الحقول', Chi: 'Chi Meadows', Dov: '' }

const SAID = {
  perception: 'When the pump stops at night, it looks from our side as if nobody had asked us.',
  fear: 'أخاف أن يجف البئر ولا يخبرنا أحد.',
  need: 'To know a week before, whatever the answer is.',
  otherNeed: 'أن نُسأل قبل أن يُقرَّر شيء.',
}

const RESTATED = {
  perception: 'أنتم ترون أن أحدًا لم يسألكم حين تتوقف المضخة.',
  fearOnce: 'تخافين من الجفاف.',
  fear: 'تخافين أن يجف البئر من دون أن يخبركم أحد.',
}

/** The first is cleared, the second is not. */
export const LINES = ['Both villages fear a summer without water.', 'The pump should be closed at night.'] as const

/** Everything that anybody wrote, is called or is said to be: none of it is for the relay. */
export const PLAINTEXTS: readonly string[] = [
  ...Object.values(SAID),
  ...Object.values(RESTATED),
  ...LINES,
  ...Object.values(NAMES).filter((name) => name !== ''),
  ...PLAN.sides,
  PLAN.title,
  PLAN.convenor,
]

/**
 * Fay has her recovery code on paper first. Ada comes by a code that she types, the others by link. Whoever is the second of
 * a side is let in by the first.
 */
export async function gather(cast: Cast, url: string): Promise<void> {
  const { fay } = cast
  await fay.shot('before-inviting')
  await writeDown(fay)
  const devices = fay.page.getByRole('dialog', { name: fay.m.devices.heading })
  await fay.hands.press(devices.getByRole('button', { name: fay.m.page.close }))
  for (const [at, person] of peopleOf(cast).entries()) {
    const handed = await invite(cast.fay, PLAN.sides[at < 2 ? 0 : 1], person.name, at === 0 ? 'words' : 'link')
    const name = NAMES[person.name] ?? ''
    const words = await join(person, url, handed, name)
    await markPage(person.page)
    await admit(cast.fay, person, name, words)
    // The second of each side is let in to its own room by the first.
    const host = at % 2 === 1 ? peopleOf(cast)[at - 1] : undefined
    if (host) await letIn(host, person, name, words)
  }
}

/** Three rounds, in each of which somebody passes. */
export async function speak(cast: Cast): Promise<void> {
  const { fay, ada, ben, chi, dov } = cast
  await goOn(fay, peopleOf(cast), STAGES.sharing)
  for (const person of [ada, chi]) await person.shot('stage-sharing')
  await playRound(fay, 'perception', [
    [ada, SAID.perception],
    [ben, undefined],
    [chi, undefined],
    [dov, undefined],
  ])
  await chi.shot('round-perception-pool')
  await playRound(fay, 'fear', [
    [ada, undefined],
    [ben, undefined],
    [chi, SAID.fear],
    [dov, undefined],
  ])
  await playRound(fay, 'need', [
    [ada, undefined],
    [ben, SAID.otherNeed],
    [chi, undefined],
    [dov, SAID.need],
  ])
  await ben.shot('round-need-pool')
}

/** One restatement is right at once, the other at the second try. */
export async function hear(cast: Cast): Promise<void> {
  const { fay, ada, ben, chi } = cast
  await goOn(fay, peopleOf(cast), STAGES.hearing)
  await ben.shot('stage-hearing')
  await mirror({ speaker: ada, said: SAID.perception, listener: chi, restated: RESTATED.perception }, 'accurate')
  await mirror({ speaker: chi, said: SAID.fear, listener: ben, restated: RESTATED.fearOnce }, 'partly')
  await mirror({ speaker: chi, said: SAID.fear, listener: ben, restated: RESTATED.fear }, 'accurate')
  for (const person of [fay, chi]) await person.shot('heard')
}

/** Everybody says yes to one line, and all but Dov to the other; then the brief is released. */
export async function release(cast: Cast): Promise<void> {
  const { fay } = cast
  const words = fay.m.activities.brief
  await goOn(fay, peopleOf(cast), STAGES.brief)
  for (const line of LINES) await propose(fay, line)
  for (const person of peopleOf(cast)) {
    await expect(person.page.getByText(LINES[1])).toBeVisible()
    await answer(person, LINES[0], true)
    await answer(person, LINES[1], person.name !== 'Dov')
    await person.shot('answered')
  }
  await expect(fay.page.getByText(words.release.some({ n: 1, total: 2 }))).toBeVisible()
  await fay.shot('clearances')
  await fay.hands.press(button(fay, words.release.button))
  await fay.shot('release')
  await fay.hands.press(fay.page.getByRole('dialog').getByRole('button', { name: words.release.go }))
  for (const person of [fay, ...peopleOf(cast)]) {
    const { heading } = person.m.activities.brief.released
    await expect(person.page.getByRole('heading', { name: heading })).toBeVisible()
    await person.shot('released')
  }
}

/** Takes the brief along. */
export async function saveBrief(person: Person, format: 'DOCX' | 'MD'): Promise<Download> {
  const { document, plain } = person.m.activities.brief.released
  const download = person.page.waitForEvent('download')
  await person.hands.press(button(person, (format === 'DOCX' ? document : plain)({ format })))
  return download
}
