import { type Charter, legOf, type Roster, type Seat, type SeatId } from '@antechamber/core'
import { PROCESSES } from '@antechamber/core/processes'
import { toBase64Url } from '@antechamber/protocol'
import { newSigningKey, type SigningKey, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { newId } from './identity.ts'
import { type LegNote, readLegNote, writeLegNote } from './leg-notes.ts'
import { makeProofs } from './proofs.ts'

const drawn = () => newId(systemRandom)
const charter = { dialogue: drawn(), process: PROCESSES[0] } as Charter
const proofs = makeProofs()
const publicOf = ({ publicKey }: SigningKey): string => toBase64Url(publicKey)

const seatWith = (role: Seat['role'], ...roots: readonly SigningKey[]): Seat => ({
  id: drawn() as SeatId,
  role,
  name: '',
  anchor: publicOf(newSigningKey(systemRandom)),
  devices: roots.map((root) => ({ device: drawn(), root: publicOf(root) })),
})
const [hers, other, his] = [newSigningKey(systemRandom), newSigningKey(systemRandom), newSigningKey(systemRandom)]
const ada = seatWith('participant', hers, other)
const ben = seatWith('participant', newSigningKey(systemRandom))
const fay = seatWith('facilitator', his)
const roster: Roster = [ada, ben, fay]
const to = fay.devices[0]?.device ?? ''

const note = (of: Partial<LegNote> = {}): LegNote => ({
  leg: legOf(ada.id, fay.id),
  space: drawn(),
  from: ada.id,
  root: publicOf(hers),
  to,
  coming: {
    device: drawn(),
    keys: {
      loginKey: publicOf(other),
      sealingKey: toBase64Url(systemRandom(1216)),
      signature: toBase64Url(systemRandom(64)),
    },
  },
  ...of,
})
const write = (one: LegNote, by = hers) => writeLegNote(one, charter, proofs, by)
const read = (text: string, there = roster, device = to) =>
  readLegNote(text, { charter, proofs, roster: there, to: device })

test('[LE4] a note is read as it was written, by the device that it is for', () => {
  const asks = note()
  expect(read(write(asks))).toEqual(asks)
  const { coming: _, ...calls } = note()
  expect(read(write(calls))).toEqual(calls)
  expect(read(write(asks), roster, ada.devices[0]?.device)).toBeUndefined()
})

test('[LE4] one that is not signed by a device that its seat has in the room now is none', () => {
  expect(read(write(note(), other))).toBeUndefined()
  expect(read(write(note({ from: ben.id })))).toBeUndefined()
  const without = roster.map((seat) => (seat === ada ? { ...ada, devices: ada.devices.slice(1) } : seat))
  expect(read(write(note()), without)).toBeUndefined()
  expect(read(write(note()), [ben, fay])).toBeUndefined()
})

test('[LE4] a changed field, another dialogue, or what is no note at all is ignored', () => {
  const text = write(note())
  for (const [field, value] of Object.entries({
    space: drawn(),
    leg: legOf(ben.id, fay.id),
    root: publicOf(other),
    to: drawn(),
  }))
    expect(read(JSON.stringify({ ...JSON.parse(text), [field]: value }))).toBeUndefined()
  const { coming, ...bare } = JSON.parse(text)
  expect(read(JSON.stringify(bare))).toBeUndefined()
  const elsewhere = { ...coming, device: drawn() }
  expect(read(JSON.stringify({ ...bare, coming: elsewhere }))).toBeUndefined()
  expect(
    read(writeLegNote(note(), { ...charter, dialogue: drawn() as Charter['dialogue'] }, proofs, hers)),
  ).toBeUndefined()
  for (const other of ['', 'words of a round', '{}', '[]', text.slice(1)]) expect(read(other)).toBeUndefined()
})
