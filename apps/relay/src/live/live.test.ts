import { afterEach, expect, test } from 'vitest'
import { entry, newDevice } from '../testing/device.ts'
import { enter } from '../testing/live-client.ts'
import { newSpace, openChapter, startTestRelay, type TestRelay } from '../testing/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())

test('[WR9] a tail gives what is there and then what comes', async () => {
  relay = await startTestRelay()
  const ada = await newSpace(relay)
  const ben = newDevice()
  const { chapter, answer } = await openChapter(ada, { admit: [ben] })
  expect(answer).toMatchObject({ type: 'appended', n: 1 })
  const first = entry(ada.space, chapter)
  expect(await ada.client.ask({ type: 'append', envelope: first })).toMatchObject({ type: 'appended', n: 2 })
  const tail = (await enter(relay.url, ada.space, ben)).tail(0)
  expect((await tail.until(2)).map(({ n }) => n)).toEqual([1, 2])
  const second = entry(ada.space, chapter)
  await ada.client.ask({ type: 'append', envelope: second })
  const items = await tail.until(3)
  expect(items.map(({ n }) => n)).toEqual([1, 2, 3])
  expect(items[2]?.envelope).toEqual(second)
})
