import { toHex, utf8 } from '@antechamber/protocol'
import { type Store, StoreError } from './ports.ts'

/** Somewhere a store can be opened, closed and opened again. */
export interface StorePlace {
  readonly open: () => Promise<Store>
  /** Called at the end of each test, after every store of the place has been closed. */
  readonly remove: () => Promise<void>
}

/** How a test is declared: Vitest's `test`, or a list that a page in a browser runs. */
export type DeclareTest = (name: string, run: () => Promise<void>) => unknown

/** A test of one open store in a fresh place; whatever it opens besides is closed for it. */
type StoreTest = (store: Store, open: () => Promise<Store>) => Promise<void>

type Declare = (body: StoreTest) => () => Promise<void>

class Mismatch extends Error {}

function expectSame(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Mismatch(`expected ${b}, got ${a}`)
}

const hexOf = (bytes: Uint8Array | undefined): string | undefined => bytes && toHex(bytes)
const put = (name: string, text: string) => ({ name, bytes: utf8(text) })
const remove = (name: string) => ({ name, bytes: undefined })

async function expectRecord(store: Store, name: string, text: string | undefined): Promise<void> {
  expectSame(hexOf(await store.get(name)), text === undefined ? undefined : toHex(utf8(text)))
}

async function expectList(store: Store, prefix: string, names: readonly string[]): Promise<void> {
  const records = await store.list(prefix)
  expectSame(
    records.map(({ name }) => name),
    names,
  )
  for (const { name, bytes } of records) expectSame(hexOf(await store.get(name)), toHex(bytes))
}

async function failureOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
    return 'none'
  } catch (error) {
    if (error instanceof StoreError) return error.code
    return error instanceof RangeError ? 'range' : String(error)
  }
}

function declareIn(newPlace: () => Promise<StorePlace>): Declare {
  return (body: StoreTest) => async (): Promise<void> => {
    const place = await newPlace()
    const opened: Store[] = []
    const open = async (): Promise<Store> => {
      const store = await place.open()
      opened.push(store)
      return store
    }
    try {
      await body(await open(), open)
    } finally {
      for (const store of opened) await store.close()
      await place.remove()
    }
  }
}

/**
 * Declares the tests that every {@link Store} must pass.
 *
 * @param newPlace a place nobody has used; called once a test
 */
export function storeContract(test: DeclareTest, newPlace: () => Promise<StorePlace>): void {
  const on = declareIn(newPlace)
  contractOfRecords(test, on)
  contractOfBytes(test, on)
  contractOfWrites(test, on)
  contractOfOpening(test, on)
}

function contractOfRecords(test: DeclareTest, on: Declare): void {
  test(
    '[ST3] lists by prefix, in the order of names',
    on(async (store) => {
      await store.write([
        put('b/2', 'x'),
        put('a/10', 'y'),
        put('b/10', 'z'),
        put('B', 'w'),
        put('b', 'v'),
        put('c~', ''),
      ])
      await expectList(store, '', ['B', 'a/10', 'b', 'b/10', 'b/2', 'c~'])
      await expectList(store, 'b/', ['b/10', 'b/2'])
      await expectList(store, 'b', ['b', 'b/10', 'b/2'])
      await expectList(store, 'c~', ['c~'])
      await expectList(store, 'd', [])
    }),
  )

  test(
    '[ST3] a record is replaced and deleted by its whole name, and nothing else is touched',
    on(async (store) => {
      await store.write([put('a', '1'), put('ab', '2'), put('A', '3')])
      await store.write([put('a', 'new'), remove('missing')])
      await store.write([remove('ab')])
      await expectRecord(store, 'a', 'new')
      await expectRecord(store, 'ab', undefined)
      await expectRecord(store, 'A', '3')
      await expectList(store, '', ['A', 'a'])
    }),
  )
}

function contractOfBytes(test: DeclareTest, on: Declare): void {
  test(
    '[ST3] keeps any bytes: none, all values, and a megabyte',
    on(async (store, open) => {
      const all = Uint8Array.from({ length: 256 }, (_, value) => value)
      const large = Uint8Array.from({ length: 1_048_576 }, (_, at) => (at * 31) & 255)
      await store.write([
        { name: 'none', bytes: new Uint8Array() },
        { name: 'all', bytes: all },
      ])
      await store.write([{ name: 'large', bytes: large }])
      await store.close()
      const again = await open()
      expectSame(hexOf(await again.get('none')), '')
      expectSame(hexOf(await again.get('all')), toHex(all))
      expectSame(hexOf(await again.get('large')), toHex(large))
    }),
  )

  test(
    '[ST3] neither the array that was given nor one that was taken shares memory with the store',
    on(async (store) => {
      const whole = utf8('--one--')
      const given = whole.subarray(2, 5)
      const writing = store.write([{ name: 'a', bytes: given }])
      whole.fill(0)
      await writing
      const taken = await store.get('a')
      taken?.fill(0)
      for (const { bytes } of await store.list('')) bytes.fill(0)
      await expectRecord(store, 'a', 'one')
      expectSame((await store.get('a'))?.buffer.byteLength, 3)
    }),
  )

  test(
    '[ST8] refuses a name that could hold what a person wrote',
    on(async (store) => {
      for (const name of ['', 'with space', 'اسم', 'a\n', 'a'.repeat(256), '\ud800'])
        expectSame(await failureOf(store.write([put(name, 'x')])), 'range')
      await store.write([put('a'.repeat(255), 'x'), put('!~', 'y')])
      await expectList(store, '', ['!~', 'a'.repeat(255)])
    }),
  )
}

function contractOfWrites(test: DeclareTest, on: Declare): void {
  test(
    '[ST2] writes all changes of one write or none',
    on(async (store, open) => {
      await store.write([put('a', '1'), put('b', '1')])
      expectSame(await failureOf(store.write([put('a', '2'), remove('b'), put('not a name', '2')])), 'range')
      await expectRecord(store, 'a', '1')
      await store.close()
      const again = await open()
      await expectRecord(again, 'a', '1')
      await expectRecord(again, 'b', '1')
      await expectList(again, '', ['a', 'b'])
    }),
  )

  test(
    '[ST2] of two changes of one name in a write the later counts; a write of nothing changes nothing',
    on(async (store) => {
      await store.write([put('a', '1'), put('a', '2'), put('b', '1'), remove('b'), remove('c'), put('c', '1')])
      await store.write([])
      await expectRecord(store, 'a', '2')
      await expectList(store, '', ['a', 'c'])
    }),
  )

  test(
    '[ST5] writes that are given at once take effect in the order given',
    on(async (store, open) => {
      const writes = Array.from({ length: 100 }, (_, n) =>
        store.write([put('last', `${n}`), put(`n/${n % 10}`, `${n}`)]),
      )
      const deletion = store.write([remove('n/0')])
      await Promise.all([...writes, deletion])
      await expectRecord(store, 'last', '99')
      await store.close()
      const again = await open()
      await expectRecord(again, 'last', '99')
      await expectRecord(again, 'n/9', '99')
      await expectRecord(again, 'n/0', undefined)
      expectSame((await again.list('n/')).length, 9)
    }),
  )
}

function contractOfOpening(test: DeclareTest, on: Declare): void {
  test(
    '[ST4] what was written is there after closing and opening again, more than once',
    on(async (store, open) => {
      await store.write([put('a', '1'), put('b', '1')])
      await store.close()
      const second = await open()
      await second.write([put('b', '2'), put('c', '2'), remove('a')])
      await second.close()
      const third = await open()
      await expectList(third, '', ['b', 'c'])
      await expectRecord(third, 'b', '2')
    }),
  )

  test(
    '[ST6] a second opening is refused as busy until the first is closed',
    on(async (store, open) => {
      await store.write([put('a', '1')])
      expectSame(await failureOf(open()), 'busy')
      await store.write([put('b', '1')])
      await store.close()
      await expectList(await open(), '', ['a', 'b'])
    }),
  )

  test(
    '[ST6] a closed store answers unavailable, and closing twice is no fault',
    on(async (store) => {
      const writing = store.write([put('a', '1')])
      await store.close()
      await writing
      await store.close()
      expectSame(await failureOf(store.get('a')), 'unavailable')
      expectSame(await failureOf(store.list('')), 'unavailable')
      expectSame(await failureOf(store.write([put('b', '1')])), 'unavailable')
      expectSame(await failureOf(store.wipe()), 'unavailable')
    }),
  )

  test(
    '[ST7] wiping deletes everything, at once and after opening again; what is written afterwards stays',
    on(async (store, open) => {
      await store.write([put('a', '1'), put('b', '1')])
      const before = store.write([put('c', '1')])
      const wiping = store.wipe()
      const after = store.write([put('d', '1')])
      await Promise.all([before, wiping, after])
      await expectList(store, '', ['d'])
      await store.close()
      const again = await open()
      await expectList(again, '', ['d'])
      await again.wipe()
      await expectList(again, '', [])
    }),
  )
}
