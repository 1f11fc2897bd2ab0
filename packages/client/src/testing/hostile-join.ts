import { toBase64Url, utf8 } from '@antechamber/protocol'
import {
  invitationTicket,
  newSealingKey,
  newSigningKey,
  openRecord,
  parseLink,
  sealingKeyRecord,
  sealJoin,
  systemRandom,
} from '@antechamber/sealing'
import { decoded, parseJson } from '../encoding.ts'
import { newId } from '../identity.ts'
import type { Join, JoinSpace, Welcome } from '../records.ts'
import { RelayDoors } from '../relay-doors.ts'

const newKey = (): string => toBase64Url(newSigningKey(systemRandom).publicKey)

/** A join by somebody who has the invitation, and a device that says what it likes. Good where `change` changes nothing. */
export async function postHostileJoin(
  origin: string,
  link: string,
  change: (join: Join, welcome: Welcome) => unknown,
): Promise<void> {
  const invitation = parseLink(link)
  if (!invitation.ok) throw new Error('no link')
  const doors = new RelayDoors(origin, fetch)
  const { record } = await doors.readInvitation(invitation.value.id)
  const opened = openRecord(invitation.value, record)
  if (!opened.ok) throw new Error('no record')
  const welcome = parseJson(opened.value) as Welcome
  const root = newSigningKey(systemRandom)
  const spaces = welcome.spaces.map(async ({ name, space }): Promise<JoinSpace> => {
    const device = newId(systemRandom)
    const key = await newSealingKey(0, systemRandom)
    const { publicKey, signature } = sealingKeyRecord(root, decoded(space), decoded(device), key)
    return {
      name,
      device,
      loginKey: newKey(),
      sealingKey: toBase64Url(publicKey),
      signature: toBase64Url(signature),
    }
  })
  const join: Join & { readonly v: 1 } = {
    v: 1,
    name: 'Eve',
    root: toBase64Url(root.publicKey),
    anchor: newKey(),
    language: 'en',
    spaces: await Promise.all(spaces),
  }
  const place = { invitation: invitation.value, dialogue: decoded(welcome.charter.dialogue), record }
  const body = utf8(JSON.stringify(change(join, welcome)))
  const posted = await sealJoin({ ...place, joinPublicKey: decoded(welcome.joinKey) }, body)
  await doors.postJoin(invitation.value.id, invitationTicket(invitation.value), posted)
}
