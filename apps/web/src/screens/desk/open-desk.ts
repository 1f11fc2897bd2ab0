import { type Device, Failure } from '@antechamber/client'

/**
 * What the desk can do now.
 *
 * - `good`: it opens new dialogues
 * - `none`: no link was given, and none is kept
 * - `bad`: the link that was just given opens nothing
 * - `revoked`: the link that this device kept opens nothing any more
 * - `offline`: the relay does not answer; with a kept secret a dialogue can be prepared meanwhile
 */
export type Desk =
  | { readonly name: 'good'; readonly secret: Uint8Array }
  | { readonly name: 'none' | 'bad' | 'revoked' }
  | { readonly name: 'offline'; readonly secret: Uint8Array | undefined }

/**
 * Asks the relay about the desk link just given, or else about the one kept, and keeps a good one.
 *
 * @param given undefined where the address carried no link, `bad` where it carried something else
 */
export async function openDesk(device: Device, given: Uint8Array | 'bad' | undefined): Promise<Desk> {
  if (given === 'bad') return { name: 'bad' }
  const kept = await device.keptDesk()
  const secret = given ?? kept
  if (secret === undefined) return { name: 'none' }
  try {
    await device.checkDesk(secret)
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code !== 'not-found' && failure.code !== 'malformed') return { name: 'offline', secret: kept }
    if (given === undefined) await device.keepDesk(undefined)
    return { name: given === undefined ? 'revoked' : 'bad' }
  }
  if (given !== undefined) await device.keepDesk(secret)
  return { name: 'good', secret }
}
