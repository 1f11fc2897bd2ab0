import type { Device, Dialogue, DialogueStatus, LockedOut, Platform, StoreError } from '@antechamber/client'
import { createSubscriber } from 'svelte/reactivity'
import { noteKept } from './kept.ts'
import { protection } from './protection.svelte.ts'
import { keepUnsaved } from './unsaved.ts'

/**
 * How far the device behind this page is. `locked`: it needs a passphrase. `ending`: it is being locked or forgotten, and
 * nothing of it may be shown. `failed` tells why its store does not open: see StoreError. `not-loaded`: a part of the page
 * itself could not be fetched.
 */
export type EngineState =
  | { readonly name: 'opening' }
  | { readonly name: 'open'; readonly device: Device }
  | { readonly name: 'locked' }
  | { readonly name: 'ending' }
  | { readonly name: 'failed'; readonly code: StoreError['code'] }
  | { readonly name: 'not-loaded' }

/** Longer than any write takes: a lock or a wipe does not wait for a disk that does not answer. */
const ENDING_MS = 4000

let state = $state.raw<EngineState>({ name: 'opening' })
let opening: Promise<Device> | undefined
let platform: Platform | undefined
let unlocked: (device: Device) => void = () => undefined

/** The device behind this page. It is loaded when somebody comes who takes part: a stranger's page does without. */
export const engine = {
  get state(): EngineState {
    return state
  },
  /**
   * Opens the device, once; what has failed may be tried again. Waits where a passphrase is needed first. Rejects with the
   * cause; {@link state} tells it too.
   */
  open(): Promise<Device> {
    opening ??= openDevice().catch((error: unknown) => {
      opening = undefined
      if (state.name === 'opening') state = { name: 'not-loaded' }
      throw error
    })
    return opening
  },
  /** Lets the place that the address shows try again, without loading the page anew: what it holds in memory stays. */
  again(): void {
    state = { name: 'opening' }
  },
  /** Tries a passphrase. Gives why it does not open; the page is busy for about a second. */
  async unlock(passphrase: string): Promise<LockedOut | undefined> {
    const opened = await tryOpening(passphrase)
    if (opened) unlocked(opened)
    return opened ? undefined : { code: 'wrong-passphrase' }
  },
  /**
   * Takes everything off the screen at once, ends all connections, keeps what was being written, and loads the page anew:
   * nothing of what this page knew is left to its scripts.
   */
  async lock(): Promise<void> {
    if (state.name !== 'open') return
    const { device } = state
    state = { name: 'ending' }
    await atMost(
      ENDING_MS,
      keepUnsaved().then(() => device.lock()),
    )
    await atMost(ENDING_MS, platform?.store.close())
    location.reload()
  },
  /**
   * Makes this browser as if nobody had ever taken part here; leads to the first page. Throws StoreError `busy` while
   * another window has the store, `unavailable`.
   */
  async forget(): Promise<void> {
    const before = state
    state = { name: 'ending' }
    try {
      const { forgetDevice } = await import('@antechamber/client/browser')
      if (before.name === 'open') await atMost(ENDING_MS, before.device.lock())
      await atMost(ENDING_MS, platform?.store.close())
      await forgetDevice()
    } catch (error) {
      // Its store is closed by now: only loading the page again leads anywhere.
      state = before.name === 'open' ? { name: 'failed', code: 'unavailable' } : before
      throw error
    }
    await forgetFiles()
    location.replace('/')
  },
}

/** Waits for something, but not for ever, and whatever becomes of it. */
async function atMost(ms: number, doing: Promise<unknown> | undefined): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, ms))
  await Promise.race([Promise.resolve(doing).catch(() => undefined), patience])
}

/** What tells that somebody has taken part here: the page's own files, and the choice of a language. */
async function forgetFiles(): Promise<void> {
  noteKept(false)
  try {
    localStorage.clear()
    sessionStorage.clear()
    const workers = (await navigator.serviceWorker?.getRegistrations()) ?? []
    await Promise.all(workers.map((worker) => worker.unregister()))
    await Promise.all((await caches.keys()).map((name) => caches.delete(name)))
  } catch {
    // Storage can be off: then there is nothing.
  }
}

async function openDevice(): Promise<Device> {
  state = { name: 'opening' }
  const { browserPlatform } = await import('@antechamber/client/browser')
  try {
    platform ??= await browserPlatform()
  } catch (error) {
    await noteFailure(error)
    throw error
  }
  const opened = await tryOpening()
  if (opened) return opened
  const unlocking = new Promise<Device>((resolve) => {
    unlocked = resolve
  })
  state = { name: 'locked' }
  return unlocking
}

/** The device, or undefined where the passphrase is not the right one. */
async function tryOpening(passphrase?: string): Promise<Device | undefined> {
  if (!platform) throw new Error('nothing has been opened yet')
  const { Device: Engine } = await import('@antechamber/client')
  try {
    const opened = await Engine.open(platform, location.origin, passphrase)
    if (!opened.ok) return undefined
    const device = opened.value
    await protection.begin(device)
    addEventListener('online', () => {
      for (const dialogue of device.dialogues) dialogue.retryNow()
    })
    state = { name: 'open', device }
    return device
  } catch (error) {
    await noteFailure(error)
    throw error
  }
}

/** Lets go of the store, so that another try does not find it taken by this page. */
async function noteFailure(error: unknown): Promise<void> {
  await platform?.store.close()
  platform = undefined
  opening = undefined
  const { StoreError: Failed } = await import('@antechamber/client')
  if (error instanceof Failed) state = { name: 'failed', code: error.code }
}

/** A dialogue whose status a component may read and so follow. */
export interface LiveDialogue {
  readonly dialogue: Dialogue
  readonly status: DialogueStatus
}

export function follow(dialogue: Dialogue): LiveDialogue {
  const subscribe = createSubscriber((update) => dialogue.subscribe(update))
  return {
    dialogue,
    get status() {
      subscribe()
      return dialogue.status
    },
  }
}
