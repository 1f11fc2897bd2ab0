// A process of its own that writes to a store, to be killed or to run out of room. Bundled by bundle.ts.
import { writeSync } from 'node:fs'
import { fromUtf8, utf8 } from '@antechamber/protocol'
import { type Store, StoreError } from '../../ports.ts'
import { openFileStore } from '../file-store.ts'

const FILLER = 'x'.repeat(4000)
const put = (name: string, text: string) => ({ name, bytes: utf8(text) })

const say = (line: string): number => writeSync(1, `${line}\n`)

/** Writes for ever, saying the number of each write once it has been promised. */
async function writeUntilKilled(store: Store): Promise<never> {
  const last = await store.get('last')
  for (let n = Number(last ? fromUtf8(last) : 0) + 1; ; n++) {
    const ring = [put(`ring/${n % 20}`, `${n} ${FILLER}`), { name: `ring/${(n + 10) % 20}`, bytes: undefined }]
    const whole = store.write([put('last', `${n}`), put('pair/a', `${n}`), ...ring, put('pair/b', `${n}`)])
    await Promise.all([whole, store.write([put('next', `${n}`)])])
    say(`${n}`)
  }
}

async function codeOf(writing: Promise<void>): Promise<string> {
  try {
    await writing
    return 'ok'
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error)
  }
}

/** Writes records until there is no room, and tells how it then went on. */
async function writeUntilFull(store: Store): Promise<void> {
  let kept = 0
  let code = 'ok'
  while (code === 'ok') {
    code = await codeOf(store.write([put(`n/${kept}`, `${kept} ${FILLER}${FILLER}`), put('count', `${kept + 1}`)]))
    if (code === 'ok') kept++
  }
  const together = [
    codeOf(store.write([put('too-big', FILLER.repeat(100))])),
    codeOf(store.write([put('small', 'fits')])),
    codeOf(store.write([put('too-big-2', FILLER.repeat(100))])),
  ]
  const beside = await Promise.all(together)
  const listed = (await store.list('n/')).length
  const removal = await codeOf(
    store.write([
      { name: 'n/0', bytes: undefined },
      { name: 'n/1', bytes: undefined },
    ]),
  )
  const afterRemoval = await codeOf(store.write([put('again', FILLER)]))
  say(JSON.stringify({ kept, code, beside, listed, removal, afterRemoval }))
  await store.close()
}

/** When nothing can be written any more, wiping still can. */
async function wipeWhenFull(store: Store): Promise<void> {
  while ((await codeOf(store.write([put(`n/${Math.random()}`, FILLER)]))) === 'ok');
  await store.wipe()
  say(JSON.stringify({ again: await codeOf(store.write([put('again', FILLER)])) }))
  await store.close()
}

const MODES = { kill: writeUntilKilled, full: writeUntilFull, wipe: wipeWhenFull }

const [, , mode, path] = process.argv
const store = await openFileStore(path as string)
await MODES[mode as keyof typeof MODES](store)
