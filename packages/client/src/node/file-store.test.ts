import { execFile } from 'node:child_process'
import { chmod, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fromUtf8, utf8 } from '@antechamber/protocol'
import { describe, expect, test, vi } from 'vitest'
import type { Store } from '../ports.ts'
import { storeContract } from '../store-contract.ts'
import { openFileStore } from './file-store.ts'
import { encodeFrame, FILE_HEADER_BYTES, fileHeader, WIPING } from './frames.ts'
import { inFolder } from './testing/folder.ts'

storeContract(test, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'store-'))
  return {
    open: () => openFileStore(join(folder, 'a')),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
})

const put = (name: string, text: string) => ({ name, bytes: utf8(text) })
const remove = (name: string) => ({ name, bytes: undefined })

const textsOf = async (store: Store): Promise<Record<string, string>> =>
  Object.fromEntries((await store.list('')).map(({ name, bytes }) => [name, fromUtf8(bytes) ?? '?']))

async function textsIn(path: string): Promise<Record<string, string>> {
  const store = await openFileStore(path)
  try {
    return await textsOf(store)
  } finally {
    await store.close()
  }
}

/** Three writes, and where each one's frame ends. Nothing is replaced, so that opening does not rewrite the file. */
const WRITES = [[put('a', 'one'), put('b', 'two')], [put('c', 'three')], [put('d', ''), put('e', 'five')]]
const AFTER = [{}, { a: 'one', b: 'two' }, { a: 'one', b: 'two', c: 'three' }] as const
const LAST = { a: 'one', b: 'two', c: 'three', d: '', e: 'five' }

async function writeSmallFile(path: string): Promise<number[]> {
  const store = await openFileStore(path)
  const ends: number[] = [(await stat(path)).size]
  for (const changes of WRITES) {
    await store.write(changes)
    ends.push((await stat(path)).size)
  }
  await store.close()
  return ends
}

describe('a file that a crash has cut short', () => {
  test('[ST10] cut at any byte, it holds every write that was whole, and takes new ones', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const ends = await writeSmallFile(path)
      const whole = await readFile(path)
      expect(whole.length).toBe(ends.at(-1))
      for (let length = FILE_HEADER_BYTES; length < whole.length; length++) {
        await writeFile(path, whole.subarray(0, length))
        const kept = ends.filter((end) => end <= length).length - 1
        expect(await textsIn(path), `cut at ${length}`).toEqual(AFTER[kept])
        const store = await openFileStore(path)
        await store.write([put('new', 'x')])
        await store.close()
        expect(await textsIn(path), `cut at ${length}`).toEqual({ ...AFTER[kept], new: 'x' })
      }
    }))

  test('[ST10] a last frame of which some bytes never reached the disk is cut off', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const [, , end2, end3] = await writeSmallFile(path)
      const whole = await readFile(path)
      for (let at = end2 as number; at < (end3 as number); at++) {
        const torn = Buffer.from(whole)
        torn.fill(0, at)
        // The last bytes of this frame may be zeros anyway; then nothing was torn.
        if (torn.equals(whole)) continue
        await writeFile(path, torn)
        expect(await textsIn(path), `zeros from ${at}`).toEqual(AFTER[2])
        expect((await stat(path)).size).toBe(end2)
      }
    }))

  test('[ST7] a wipe that was cut short is finished', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      await writeSmallFile(path)
      const whole = await readFile(path)
      await writeFile(path, Buffer.concat([fileHeader(WIPING), Buffer.alloc(20), whole.subarray(28)]))
      expect(await textsIn(path)).toEqual({})
      expect(await readFile(path)).toEqual(Buffer.from(fileHeader()))
    }))

  test('[ST12] a rewritten file that never got its name is thrown away', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      await writeSmallFile(path)
      await writeFile(`${path}.new`, Buffer.concat([fileHeader(), encodeFrame(0, [put('stray', 'x')])]))
      expect(await textsIn(path)).toEqual(LAST)
      expect(await readdir(folder)).toEqual(['a'])
    }))
})

describe('a damaged file', () => {
  test('[ST11] one changed byte before the last write is damage, and the file is left as it is', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const ends = await writeSmallFile(path)
      const whole = await readFile(path)
      for (let at = FILE_HEADER_BYTES; at < (ends[2] as number); at++) {
        const damaged = Buffer.from(whole)
        damaged[at] = (damaged[at] as number) ^ 0x10
        await writeFile(path, damaged)
        await expect(openFileStore(path), `byte ${at}`).rejects.toMatchObject({ name: 'Error', code: 'damaged' })
        expect(await readFile(path)).toEqual(damaged)
      }
      await writeFile(path, whole)
      expect(await textsIn(path)).toEqual(LAST)
    }))

  test('[ST11] a frame that is missing or there twice is damage', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const ends = await writeSmallFile(path)
      const whole = await readFile(path)
      const [first, second] = [ends[1] as number, ends[2] as number]
      await writeFile(path, Buffer.concat([whole.subarray(0, first), whole.subarray(second)]))
      await expect(openFileStore(path)).rejects.toMatchObject({ code: 'damaged' })
      await writeFile(path, Buffer.concat([whole.subarray(0, second), whole.subarray(first)]))
      await expect(openFileStore(path)).rejects.toMatchObject({ code: 'damaged' })
    }))

  test.each([
    ['nothing at all', Buffer.alloc(0), 'damaged'],
    ['half a header', Buffer.from(fileHeader()).subarray(0, 5), 'damaged'],
    ['something else', Buffer.from('a letter to somebody'), 'damaged'],
    ['a state that there is not', Buffer.from(fileHeader(7)), 'damaged'],
    ['a later version', Buffer.from([0x5a, 2, 0, 0, 0, 0, 0, 0]), 'unavailable'],
  ])('[ST11] %s is refused and left as it is', (_name, bytes, code) =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      await writeFile(path, bytes)
      await expect(openFileStore(path)).rejects.toMatchObject({ code })
      expect(await readFile(path)).toEqual(bytes)
      expect(await readdir(folder)).toEqual(['a'])
    }),
  )
})

/** Counts what really goes to the operating system, through the file handles that the store uses. */
async function spyOnSyncs(path: string) {
  const file = await open(path, 'r')
  const spy = vi.spyOn(Object.getPrototypeOf(file) as { datasync: () => Promise<void> }, 'datasync')
  await file.close()
  return spy
}

describe('writing', () => {
  test('[ST4] every write is synced before it resolves; writes given at once share a sync', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const store = await openFileStore(path)
      const syncs = await spyOnSyncs(path)
      await store.write([put('a', '1')])
      expect(syncs).toHaveBeenCalledTimes(1)
      await store.write([put('b', '1')])
      expect(syncs).toHaveBeenCalledTimes(2)
      await Promise.all(Array.from({ length: 100 }, (_, n) => store.write([put(`n/${n}`, 'x')])))
      expect(syncs).toHaveBeenCalledTimes(3)
      await store.close()
    }))

  test('[ST4] after a sync that failed nothing is promised any more, and what was promised is there', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const store = await openFileStore(path)
      await store.write([put('a', '1')])
      const syncs = await spyOnSyncs(path)
      syncs.mockRejectedValueOnce(Object.assign(new Error('disk'), { code: 'EIO' }))
      await expect(store.write([put('b', '1')])).rejects.toMatchObject({ code: 'unavailable' })
      await expect(store.write([put('c', '1')])).rejects.toMatchObject({ code: 'unavailable' })
      expect(await textsOf(store)).toEqual({ a: '1' })
      await store.close()
      expect(await textsIn(path)).toMatchObject({ a: '1' })
    }))

  test('[ST12] a file that is more than half dead is rewritten, and stays whole', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const store = await openFileStore(path)
      const large = 'x'.repeat(20_000)
      let highest = 0
      for (let n = 0; n < 40; n++) {
        await store.write([put('same', `${n}${large}`), put(`kept/${n}`, `${n}`)])
        highest = Math.max(highest, (await stat(path)).size)
      }
      expect(highest).toBeLessThan(200_000)
      await store.close()
      const texts = await textsIn(path)
      expect(Object.keys(texts)).toHaveLength(41)
      expect(texts['same']).toBe(`39${large}`)
      expect((await stat(path)).size).toBeLessThan(25_000)
    }))

  test('[ST12] what was deleted or replaced is in no file after closing', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const store = await openFileStore(path)
      await store.write([put('gone', 'first secret'), put('changed', 'second secret'), put('kept', 'third secret')])
      const file = await open(path, 'r')
      await store.write([remove('gone'), put('changed', 'new')])
      await store.close()
      const old = (await file.readFile()).toString('latin1')
      await file.close()
      expect(old).toMatch(/^\0+$/)
      for (const name of await readdir(folder)) {
        const text = (await readFile(join(folder, name))).toString('latin1')
        expect(text).not.toMatch(/first secret|second secret|gone/)
        expect(text).toContain('third secret')
      }
    }))

  test('[ST7] wiping overwrites the file before it is made empty', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const store = await openFileStore(path)
      await store.write([put('a', 'a secret')])
      const seen: string[] = []
      const file = await open(path, 'r')
      const prototype = Object.getPrototypeOf(file) as { truncate: (length: number) => Promise<void> }
      const truncation = prototype.truncate
      vi.spyOn(prototype, 'truncate').mockImplementation(async function (this: unknown, length: number) {
        seen.push((await readFile(path)).toString('latin1'))
        return truncation.call(this, length)
      })
      await file.close()
      await store.wipe()
      await store.close()
      expect(seen).toHaveLength(1)
      expect(seen[0]?.slice(FILE_HEADER_BYTES)).toMatch(/^\0+$/)
      expect((await readFile(path)).length).toBe(FILE_HEADER_BYTES)
    }))
})

describe('the lock and the permissions', () => {
  test('[ST13] the files are their owner’s alone, also one that was not', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      await writeSmallFile(path)
      await chmod(path, 0o644)
      const store = await openFileStore(path)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      expect((await stat(`${path}.lock`)).mode & 0o777).toBe(0o700)
      await store.close()
      expect(await readdir(folder)).toEqual(['a'])
    }))

  test('[ST6] a lock whose holder is dead is taken over; by one only, when several try', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid'])
      const store = await openFileStore(path)
      const holder = await readFile(join(`${path}.lock`, 'holder'), 'utf8')
      await writeFile(join(`${path}.lock`, 'holder'), holder.replace(/^\d+/, stdout.trim()))
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => openFileStore(path)))
      const opened = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(opened).toHaveLength(1)
      expect(await readdir(folder)).toEqual(['a', 'a.lock'])
      for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'busy' })
      await opened[0]?.close()
      await store.close()
    }))

  test('[ST6] a process that was given a dead holder’s number does not hold its lock', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const store = await openFileStore(path)
      const holder = join(`${path}.lock`, 'holder')
      const [pid, start, token] = (await readFile(holder, 'utf8')).split(' ')
      if (start === '') return
      await writeFile(holder, `${pid} ${start}9 ${token}`)
      const second = await openFileStore(path)
      await second.close()
      await store.close()
    }))

  test('[ST6] a folder that is not there is told as unavailable', () =>
    inFolder(async (folder) => {
      await expect(openFileStore(join(folder, 'missing', 'a'))).rejects.toMatchObject({ code: 'unavailable' })
    }))
})
