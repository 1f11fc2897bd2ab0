import type { Roster, Seat, SeatId } from '@antechamber/core'
import { newDeviceKey } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { DeviceWatch } from './device-watch.ts'
import { KeyRing } from './key-ring.ts'
import { newMemoryDisk, openMemoryStore } from './memory-store.ts'
import { Vault } from './vault.ts'

const id = (word: string) => word.padEnd(22, 'x') as SeatId
const seat = (name: string, ...devices: readonly string[]): Seat => ({
  id: id(name),
  role: 'participant',
  name,
  anchor: '',
  devices: devices.map((device) => ({ device: id(device), root: '' })),
})

const newVault = async (): Promise<Vault> =>
  new Vault(await openMemoryStore(newMemoryDisk()), new KeyRing(await newDeviceKey()))

test('[DV5] a room that is not live, or on its way there, is no news; whoever comes or goes is none', async () => {
  let roster: Roster | undefined
  const vault = await newVault()
  const watch = new DeviceWatch(vault, 'local', () => roster)
  roster = [seat('ada', 'a1')]
  watch.look()
  expect(watch.news).toEqual([])
  await watch.start()
  watch.look()
  roster = [seat('ada', 'a1', 'a2'), seat('ben', 'b1')]
  watch.look()
  const news = { seat: id('ada'), added: 1, removed: 0, devices: 2, helpedBy: [] }
  expect(watch.news).toEqual([news])
  roster = undefined
  watch.look()
  expect(watch.news).toEqual([news])
  roster = [seat('ben', 'b1')]
  watch.look()
  expect(watch.news).toEqual([])
})

test('[DV5] what one has read is no news any more, also after a restart; a later change is', async () => {
  let roster: Roster = [seat('ada', 'a1')]
  const vault = await newVault()
  const watch = new DeviceWatch(vault, 'local', () => roster)
  await watch.start()
  watch.look()
  roster = [seat('ada', 'a2')]
  watch.look()
  expect(watch.news).toEqual([{ seat: id('ada'), added: 1, removed: 1, devices: 1, helpedBy: [] }])
  await watch.dismiss(id('ada'))
  const again = new DeviceWatch(vault, 'local', () => roster)
  await again.start()
  again.look()
  expect([watch.news, again.news]).toEqual([[], []])
  roster = [seat('ada', 'a2', 'a3')]
  again.look()
  expect(again.news).toHaveLength(1)
})

test('[DV14] a way back is told with who has helped; a device more, later, is no way back', async () => {
  let roster: Roster = [seat('fay', 'f1')]
  const watch = new DeviceWatch(await newVault(), 'local', () => roster)
  await watch.start()
  watch.look()
  const helpedBy = [id('ada'), id('chi')]
  roster = [{ ...seat('fay', 'f2'), helpedBy }]
  watch.look()
  expect(watch.news).toEqual([{ seat: id('fay'), added: 1, removed: 1, devices: 1, helpedBy }])
  await watch.dismiss(id('fay'))
  roster = [{ ...seat('fay', 'f2', 'f3'), helpedBy }]
  watch.look()
  expect(watch.news).toEqual([{ seat: id('fay'), added: 1, removed: 0, devices: 2, helpedBy: [] }])
})
