import { readFile, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { embeddedPorts } from './embedded.ts'
import { workerUrl } from './testing/bundle.ts'
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './testing/certificate.ts'
import { entry, newDevice, random, randomId } from './testing/device.ts'
import { tempFolder } from './testing/folder.ts'
import { leaveJoin, openSpace } from './testing/http-client.ts'
import { newSpace, openChapter, startTestRelay, type TestRelay } from './testing/relay.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let relay: TestRelay
beforeEach(async () => {
  folder = await tempFolder()
})
afterEach(async () => {
  await relay.stop()
  await folder.remove()
})

const embedded = (maxPages?: number) =>
  embeddedPorts({ dataDir: folder.path, shareKeyFile: join(folder.path, 'keys', 'share.key') }, 0, {
    workerUrl,
    ...(maxPages === undefined ? {} : { maxPages }),
  })

const ready = async () => {
  const response = await fetch(`${relay.url}/readyz`)
  return [response.status, (await response.text()).trim()]
}

test('[WR16] a full disk is told to who writes and on /readyz; readers go on; nothing is lost', async () => {
  relay = await startTestRelay(await embedded(140))
  const ada = await newSpace(relay)
  const { chapter } = await openChapter(ada)
  const append = (length: number) => ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter, length) })
  let stored = 1
  while ((await append(32768)) !== 'storage-full') stored += 1
  expect(await ready()).toEqual([503, 'storage-full'])
  while ((await append(1024)) !== 'storage-full') stored += 1
  const items = await ada.client.tail(0).until(stored)
  expect(items.length).toBe(stored)
  // What needs no new page may still fit; what does not fit is told the same way at every door.
  let code: string | undefined
  for (let i = 0; i < 300 && code === undefined; i++) {
    code = (await openSpace(relay.url, relay, randomId(), newDevice(), relay.clock.now() + 1e9)).code
  }
  expect(code).toBe('storage-full')
  expect(await leaveJoin(relay.url, { invitation: randomId(), ticket: random(32) }, random(9))).toMatchObject({
    code: 'not-found',
  })
})

test('[WR16] once there is room again the relay is ready again, at the next thing it stores', async () => {
  relay = await startTestRelay(await embedded(140))
  const brief = await newSpace(relay, 1)
  const { chapter } = await openChapter(brief)
  while ((await brief.client.ask({ type: 'append', envelope: entry(brief.space, chapter, 32768) })) !== 'storage-full');
  expect(await ready()).toEqual([503, 'storage-full'])
  // Its date comes, and the purge makes room.
  relay.clock.advance(2 * 24 * 60 * 60 * 1000)
  await brief.client.ended
  expect(await ready()).toEqual([200, 'ready'])
})

test('[CH4] [WR12] after a purge the old key is gone, and the chapters that live on open under the new one', async () => {
  const keyFile = join(folder.path, 'keys', 'share.key')
  relay = await startTestRelay(await embedded())
  const brief = await newSpace(relay, 1)
  const lasting = await newSpace(relay, 30)
  await openChapter(brief)
  const { chapter, share } = await openChapter(lasting)
  const old = await readFile(keyFile, 'utf8')
  relay.clock.advance(2 * 24 * 60 * 60 * 1000)
  await brief.client.ended
  // The next answers of the storage come behind the renewal's own.
  while ((await readFile(keyFile, 'utf8')) === old || (await readFile(keyFile, 'utf8')).trim().includes('\n')) {
    await lasting.client.ask({ type: 'keys' })
  }
  const renewed = await readFile(keyFile, 'utf8')
  expect(renewed).not.toContain(old.trim().split(' ')[3])
  expect(await lasting.client.ask({ type: 'grant', chapter })).toMatchObject({ share })
})

test('serves TLS with the operator’s certificate', async () => {
  const [certFile, keyFile] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')]
  await writeFile(certFile, LOCALHOST_CERTIFICATE)
  await writeFile(keyFile, LOCALHOST_KEY)
  relay = await startTestRelay({}, { tls: { certFile, keyFile } })
  expect(relay.url).toMatch(/^https:\/\/localhost:/)
  const agent = new Agent({ ca: LOCALHOST_CERTIFICATE })
  const response = await new Promise<{ status: number | undefined; hsts: unknown }>((resolve, reject) => {
    request(`${relay.url}/healthz`, { agent }, (answer) => {
      answer.resume()
      resolve({ status: answer.statusCode, hsts: answer.headers['strict-transport-security'] })
    })
      .on('error', reject)
      .end()
  })
  expect(response).toEqual({ status: 200, hsts: 'max-age=31536000' })
})
