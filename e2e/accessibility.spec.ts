// The same story by those who use the keyboard and nothing else, with every screen looked at by axe. The languages are
// the other way round: the facilitator reads Arabic, on a phone.
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { type House, openHouse } from './lib/house.ts'
import { album, newPerson, type Who } from './lib/person.ts'
import { type Cast, gather, hear, PLAN, peopleOf, release, saveBrief, speak } from './lib/play.ts'
import { foundDialogue } from './lib/steps.ts'

let house: House
test.beforeAll(async () => {
  house = await openHouse()
})
test.afterAll(() => house.close())

/** Looks at a screen once in each language, and says what is wrong with it. */
function inspector(faults: string[]): (page: Page, what: string) => Promise<void> {
  const seen = new Set<string>()
  const keep = album('keyboard')
  return async (page, what) => {
    const language = await page.evaluate(() => document.documentElement.lang)
    const screen = `${language} ${what.split('.')[0]}`
    if (seen.has(screen)) return
    seen.add(screen)
    await keep(page, what)
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .options({ resultTypes: ['violations'] })
      .analyze()
    for (const { id, nodes } of violations)
      faults.push(`${screen}: ${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) faults.push(`${screen}: ${wide} px wider than the screen`)
  }
}

async function assemble(browser: Browser, faults: string[]): Promise<Cast> {
  const picture = inspector(faults)
  const enter = (who: Omit<Who, 'keys'>) => newPerson(browser, { ...who, keys: true }, picture)
  return {
    fay: await enter({ name: 'Fay', language: 'ar', phone: true }),
    ada: await enter({ name: 'Ada', language: 'ar' }),
    ben: await enter({ name: 'Ben', language: 'en', phone: true }),
    chi: await enter({ name: 'Chi', language: 'en' }),
    dov: await enter({ name: 'Dov', language: 'ar', phone: true }),
  }
}

test('[R54] [R56] the keyboard alone goes through the story, and axe finds nothing on any screen', async ({
  browser,
}) => {
  test.setTimeout(480_000)
  const faults: string[] = []
  const cast = await assemble(browser, faults)
  await foundDialogue(cast.fay, house.deskLink, PLAN)
  await gather(cast, house.url)
  await speak(cast)
  await hear(cast)
  await release(cast)
  const saved = await saveBrief(cast.ada, 'DOCX')
  expect(saved.suggestedFilename()).toBe('brief.docx')
  expect(faults).toEqual([])
  for (const person of [cast.fay, ...peopleOf(cast)]) expect(person.faults, person.name).toEqual([])
})
