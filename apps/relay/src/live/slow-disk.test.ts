import { expect, test } from 'vitest'
import { memoryKeys, shareVault } from '../share-vault.ts'
import { memoryStorage } from '../storage/memory.ts'
import { entry } from '../testing/device.ts'
import { newSpace, openChapter, startTestRelay } from '../testing/relay.ts'

test('[WR7] while the disk is slow a sender is made to wait, what waits is bounded, and all of it is stored once', async () => {
  const storage = memoryStorage()
  let isSlow = false
  let waiting = 0
  let most = 0
  const held: (() => void)[] = []
  const append: typeof storage.envelopes.append = async (wanted) => {
    if (isSlow) {
      waiting += 1
      most = Math.max(most, waiting)
      await new Promise<void>((resolve) => held.push(resolve))
      waiting -= 1
    }
    return storage.envelopes.append(wanted)
  }
  const slow = { ...storage, envelopes: { ...storage.envelopes, append } }
  const relay = await startTestRelay({ storage: slow, vault: shareVault(memoryKeys(0)) })
  const ada = await newSpace(relay)
  const { chapter } = await openChapter(ada)
  isSlow = true
  const count = 400
  const answers = Array.from({ length: count }, () =>
    ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter, 32 * 1024) }),
  )
  // Until the relay takes no more: what it does not read waits with the sender, or on the way.
  for (let seen = -1; seen !== most; ) {
    seen = most
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(most).toBe(64)
  expect(ada.client.socket.bufferedAmount).toBeGreaterThan(0)
  // Others are served, and the relay says that it is alive.
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(200)
  const ben = await newSpace(relay)
  expect(await ben.client.ask({ type: 'ping' })).toMatchObject({ type: 'done' })
  isSlow = false
  for (let next = held.shift(); next; next = held.shift()) next()
  const numbers = (await Promise.all(answers)).map((answer) =>
    typeof answer === 'object' && 'n' in answer ? answer.n : 0,
  )
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 2))
  await relay.stop()
})
