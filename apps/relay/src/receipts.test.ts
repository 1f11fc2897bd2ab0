import { createPublicKey, verify } from 'node:crypto'
import { join } from 'node:path'
import { DOORS, decode, MAX_BODY_BYTES, receiptPreimage, receiptsBody, toBase64Url } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import { fileReceiptKey } from './receipt-key.ts'
import { tempFolder } from './testing/folder.ts'
import { DAY_MS, newSpace, openChapter, startTestRelay } from './testing/relay.ts'

const spki = (key: Uint8Array) =>
  createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]),
    format: 'der',
    type: 'spki',
  })

test('[WR24] whoever names a space is told what was destroyed of it, signed, and nobody learns which spaces there are', async () => {
  const relay = await startTestRelay({}, { backupDays: 3 })
  const receiptsOf = async (space: Uint8Array) => {
    const answer = await fetch(relay.url + DOORS.receipts(toBase64Url(space)))
    const body = decode(receiptsBody, new Uint8Array(await answer.arrayBuffer()), MAX_BODY_BYTES)
    if (!body.ok) throw new Error('no receipts')
    return { status: answer.status, ...body.value }
  }
  const ada = await newSpace(relay, 2)
  const { chapter } = await openChapter(ada)
  const entered = await receiptsOf(ada.space)
  expect(entered).toEqual({ ...(await receiptsOf(new Uint8Array(16))), receipts: [] })
  expect(await ada.client.ask({ type: 'destroy', chapter })).toBe('forbidden')
  relay.clock.advance(2 * DAY_MS)
  await expect.poll(async () => (await receiptsOf(ada.space)).receipts.length).toBe(1)
  const { key, receipts } = await receiptsOf(ada.space)
  const [{ receipt, signature } = { receipt: undefined, signature: new Uint8Array() }] = receipts
  if (!receipt) throw new Error('no receipt')
  expect(receipt).toMatchObject({ space: ada.space, chapter: undefined, upTo: 1 })
  expect(receipt.backupsUntil - receipt.destroyedAt).toBe(3 * DAY_MS)
  expect(verify(null, receiptPreimage(receipt), spki(key), signature)).toBe(true)
  expect(verify(null, receiptPreimage({ ...receipt, upTo: 2 }), spki(key), signature)).toBe(false)
  await relay.stop()
})

test('[WR24] the receipt key is made once, and is the same at the next start', async () => {
  const folder = await tempFolder()
  const path = join(folder.path, 'keys', 'receipt.key')
  const first = fileReceiptKey(path)
  expect(fileReceiptKey(path).publicKey).toEqual(first.publicKey)
  await folder.remove()
})
