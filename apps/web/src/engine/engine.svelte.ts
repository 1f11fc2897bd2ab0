import type { Device, Dialogue, DialogueStatus, Platform, StoreError } from '@antechamber/client'
import { createSubscriber } from 'svelte/reactivity'

/**
 * How far the device behind this page is. `failed` tells why its store does not open: see StoreError. `not-loaded`: a part
 * of the page itself could not be fetched.
 */
export type EngineState =
  | { readonly name: 'opening' }
  | { readonly name: 'open'; readonly device: Device }
  | { readonly name: 'failed'; readonly code: StoreError['code'] }
  | { readonly name: 'not-loaded' }

let state = $state.raw<EngineState>({ name: 'opening' })
let opening: Promise<Device> | undefined

/** The device behind this page. It is loaded when somebody comes who takes part: a stranger's page does without. */
export const engine = {
  get state(): EngineState {
    return state
  },
  /** Opens the device, once; what has failed may be tried again. Rejects with the cause; {@link state} tells it too. */
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
}

async function openDevice(): Promise<Device> {
  state = { name: 'opening' }
  const [{ Device: Engine, StoreError: Failed }, { browserPlatform }] = await Promise.all([
    import('@antechamber/client'),
    import('@antechamber/client/browser'),
  ])
  let platform: Platform | undefined
  try {
    platform = await browserPlatform()
    const device = new Engine(platform, location.origin)
    await device.start()
    addEventListener('online', () => {
      for (const dialogue of device.dialogues) dialogue.retryNow()
    })
    state = { name: 'open', device }
    return device
  } catch (error) {
    // Let go of, so that another try does not find it taken by this page.
    await platform?.store.close()
    if (error instanceof Failed) state = { name: 'failed', code: error.code }
    throw error
  }
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
