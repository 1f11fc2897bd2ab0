import { toBase64Url } from '@antechamber/protocol'
import { newSigningKey, systemRandom } from '@antechamber/sealing'
import { sceneSetup } from '@antechamber/testkit'
import { expect, test } from 'vitest'
import { prepareFounding } from './founding.ts'
import { lifted } from './old-records.ts'

test('[DV1] a dialogue that was kept before there were recovery codes goes on, and its anchor is no longer kept', async () => {
  const record = await prepareFounding(sceneSetup(), new Uint8Array(32), 'https://rooms.example.org', systemRandom)
  expect(lifted(record)).toBe(record)
  const { anchor: _, recoveryCode: __, ...before } = record
  const old = newSigningKey(systemRandom)
  expect(lifted({ ...before, anchorSecret: toBase64Url(old.secret) })).toEqual({
    ...before,
    anchor: toBase64Url(old.publicKey),
  })
})
