import { systemClock } from '@antechamber/relay'
import { startTestRelay } from '@antechamber/relay/testing'
import { addDevice, foundUnwritten, joinByLink, NORTH, type Person, type RelayAt, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let relay: RelayAt
const open: Person[] = []
beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})
afterAll(async () => {
  for (const { device } of open) device.close()
  await relay.stop()
})

async function found(): Promise<Person> {
  const fay = await foundUnwritten(relay)
  open.push(fay)
  return fay
}
const inviteAda = ({ dialogue }: Person) => dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
const inviteGil = ({ dialogue }: Person) => dialogue.invite({ role: 'facilitator', label: 'Gil' })

test('[DV8] nobody is invited to a side while everything hangs on one device and no code is on paper', async () => {
  const fay = await found()
  expect(fay.dialogue.status.needsCode).toBe(true)
  await expect(inviteAda(fay)).rejects.toMatchObject({ code: 'code-needed' })
  expect(fay.dialogue.status.invitations).toEqual([])
  await fay.dialogue.devices.noteWrittenDown()
  expect(fay.dialogue.status.needsCode).toBe(false)
  expect(await inviteAda(fay)).toMatchObject({ state: 'open' })
}, 60_000)

test('[DV8] a second device does instead, as long as it is there', async () => {
  const fay = await found()
  const laptop = await addDevice(relay, fay)
  open.push(laptop)
  for (const one of [fay, laptop]) expect(await inviteAda(one)).toMatchObject({ state: 'open' })
  const { devices } = fay.dialogue.status
  await fay.dialogue.send({ type: 'drop-device', root: devices.find(({ isThis }) => !isThis)?.root as string })
  await expect(inviteAda(fay)).rejects.toMatchObject({ code: 'code-needed' })
}, 60_000)

test('[DV8] a second facilitator may be invited, and does instead once they are in', async () => {
  const fay = await found()
  const { id, link } = await inviteGil(fay)
  const gil = await joinByLink(relay, link, 'Gil')
  open.push(gil)
  await until(fay.dialogue, 'Gil arrives', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  await expect(inviteAda(fay)).rejects.toMatchObject({ code: 'code-needed' })
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(gil.dialogue, 'Gil is in', ({ isLive, view }) => isLive && view !== undefined)
  for (const one of [fay, gil]) expect(await inviteAda(one)).toMatchObject({ state: 'open' })
}, 60_000)
