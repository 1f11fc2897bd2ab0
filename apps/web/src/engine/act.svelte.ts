import { type AnyCommand, type Dialogue, type Outcome, StoreError } from '@antechamber/client'

let isLost = $state(false)

/** Whether the device had no room to keep what was last asked for, so that it does not happen. */
export const acts = {
  get isLost(): boolean {
    return isLost
  },
}

/** Gives a command. Resolves to its outcome, or to undefined where the device could not even keep it. */
export async function act(dialogue: Dialogue, command: AnyCommand): Promise<Outcome | undefined> {
  try {
    const outcome = await dialogue.send(command)
    isLost = false
    return outcome
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    isLost = true
    return undefined
  }
}
