import { type Device, type Dialogue, Failure, type OpenInvitation } from '@antechamber/client'
import type { CodeProblem } from '../code-problem.ts'

/** What a link or code leads to: an invitation to read, a place on this device, or nothing. */
export type Opened =
  | { readonly to: 'invitation'; readonly invitation: OpenInvitation }
  | { readonly to: 'dialogue'; readonly dialogue: Dialogue }
  | { readonly to: 'nothing'; readonly problem: CodeProblem }

/** Reads an invitation. One that this device has joined by leads to its dialogue, also when the relay is away. */
export async function openInvitation(device: Device, linkOrCode: string): Promise<Opened> {
  try {
    const joined = await device.joinedBy(linkOrCode)
    if (joined) return { to: 'dialogue', dialogue: joined }
    return { to: 'invitation', invitation: await device.readInvitation(linkOrCode) }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return { to: 'nothing', problem: problemOf(failure, linkOrCode) }
  }
}

function problemOf({ code, words }: Failure, linkOrCode: string): CodeProblem {
  if (code !== 'mistyped') return { code }
  return linkOrCode.includes('/') ? { code: 'bad-link' } : { code, words }
}
