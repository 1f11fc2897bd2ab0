// The first dialogue, as five people meet it: a facilitator on a desktop, two people a side, two of them on phones in
// Arabic. From the desk link to the downloaded brief, in a real browser, against the relay as it is run.
import { readFile } from 'node:fs/promises'
import { inspectBrief } from '@antechamber/client/brief'
import { DOORS } from '@antechamber/protocol'
import { readFolder } from '@antechamber/testkit'
import { type Browser, type Download, expect, test } from '@playwright/test'
import { type House, openHouse } from './lib/house.ts'
import { album, expectNeverReloaded, markPage, newPerson, type Who } from './lib/person.ts'
import { type Cast, gather, hear, LINES, PLAINTEXTS, PLAN, peopleOf, release, saveBrief, speak } from './lib/play.ts'
import { foundDialogue } from './lib/steps.ts'

let house: House
test.beforeAll(async () => {
  house = await openHouse()
})
test.afterAll(() => house.close())

async function assemble(browser: Browser): Promise<Cast> {
  const picture = album('story')
  const enter = (who: Who) => newPerson(browser, who, picture)
  return {
    fay: await enter({ name: 'Fay', language: 'en' }),
    ada: await enter({ name: 'Ada', language: 'en' }),
    ben: await enter({ name: 'Ben', language: 'ar', phone: true }),
    chi: await enter({ name: 'Chi', language: 'ar', phone: true }),
    dov: await enter({ name: 'Dov', language: 'en' }),
  }
}

test('[R34] [R35] [R36] [R54] five people go from the desk link to a released brief, and the relay learns nothing', async ({
  browser,
}) => {
  const cast = await assemble(browser)
  const { fay, ben } = cast
  await test.step('a dialogue is prepared and begun', async () => {
    await foundDialogue(fay, house.deskLink, PLAN)
    await markPage(fay.page)
  })
  await test.step('people are invited, come and are let in', () => gather(cast, house.url))
  await test.step('everybody speaks in rounds', () => speak(cast))
  await test.step('people say back what they have heard', () => hear(cast))
  await test.step('lines are cleared and released', () => release(cast))
  await test.step('the files carry the lines and nothing else', async () => {
    await inspect(await saveBrief(fay, 'DOCX'))
    await inspect(await saveBrief(ben, 'DOCX'))
    const markdown = await readFile(await (await saveBrief(fay, 'MD')).path(), 'utf8')
    expect(markdown).toContain(`- ${LINES[0]}`)
    expect(markdown).not.toContain(LINES[1])
  })
  await test.step('the relay has learned nothing', () => searchRelay(cast))
  for (const person of [fay, ...peopleOf(cast)]) {
    await expectNeverReloaded(person.page)
    expect(person.faults, person.name).toEqual([])
  }
})

async function inspect(download: Download): Promise<void> {
  const opened = await inspectBrief(await readFile(await download.path()))
  if (!opened.ok) throw new Error(opened.error.code)
  expect(opened.value.traces).toEqual([])
  expect(opened.value.paragraphs.slice(2)).toEqual([LINES[0]])
}

/** The relay's files, what it printed, and all that went to it and came back. */
async function searchRelay(cast: Cast): Promise<void> {
  const files = [...(await readFolder(house.relay.directory)).values()].map((bytes) => Buffer.from(bytes))
  const traffic = [cast.fay, ...peopleOf(cast)].flatMap((person) => person.traffic)
  const heard = Buffer.from([...traffic, house.relay.printed()].join('\n'), 'latin1')
  const found = PLAINTEXTS.filter((text) => [...files, heard].some((one) => one.includes(Buffer.from(text, 'utf8'))))
  expect(found).toEqual([])
  // The search would find what is there.
  expect(heard.includes(DOORS.live)).toBe(true)
}
