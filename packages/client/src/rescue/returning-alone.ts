import { caucusOf, type Helper, type SpaceName } from '@antechamber/core'
import { rescuePermit, toBase64Url } from '@antechamber/protocol'
import { invitationTicket, newSigningKey, type SigningKey, sign } from '@antechamber/sealing'
import { decoded } from '../encoding.ts'
import { Failure } from '../errors.ts'
import { newId, newSpaceRecord } from '../identity.ts'
import { helperIn, type OpenInvitation, opened } from '../invitation.ts'
import { anchorOf, joinSpace, returning, sealedJoin } from '../joining.ts'
import type { Platform } from '../ports.ts'
import type { DialogueRecord, Join, JoinSpace, SpaceRecord, Welcome, WelcomeSpace } from '../records.ts'

/** What a facilitator chooses who was alone and comes back. */
export interface ReturnChoice {
  readonly language: string
  /** As typed. */
  readonly recoveryCode: string
}

/**
 * Draws the keys of a new device, and makes the joins that the relay is to have: one for each helper. Nothing is sent yet.
 *
 * Throws {@link Failure}: `helpers-differ` for invitations that are not to one seat of one dialogue, or not one of each
 * side (DV13); `mistyped`, `other-code` for the recovery code; `bad-text` for the language.
 */
export async function prepareReturn(
  invitations: readonly OpenInvitation[],
  choice: ReturnChoice,
  platform: Platform,
  origin: string,
): Promise<DialogueRecord> {
  const welcomes = invitations.map((one) => one[opened].welcome)
  const [first] = welcomes
  if (!first || !doAgree(welcomes)) throw new Failure('helpers-differ')
  const signer = await anchorOf(first, choice.recoveryCode)
  const { random } = platform
  const root = newSigningKey(random)
  const shared = sharedSpaces(welcomes)
  const records = await Promise.all(shared.map(({ name, space }) => newSpaceRecord(name, space, random)))
  // Nobody else has the keys of these: others take their place.
  const own = await Promise.all((['panel', 'own'] as const).map((name) => newSpaceRecord(name, newId(random), random)))
  const joined = await Promise.all(records.map((space) => joinAlone(space, { first, shared, root, signer })))
  const rescues = invitations.map(async (one) => {
    const names = one[opened].welcome.spaces.map(({ name }) => name)
    const join: Join = {
      name: first.seated?.name ?? '',
      root: toBase64Url(root.publicKey),
      anchor: first.seated?.anchor ?? '',
      language: choice.language,
      spaces: joined.filter(({ name }) => names.includes(name)),
    }
    const { invitation } = one[opened]
    const ticket = toBase64Url(invitationTicket(invitation))
    return { invitation: toBase64Url(invitation.id), ticket, join: toBase64Url(await sealedJoin(one, join)) }
  })
  return {
    v: 1,
    local: newId(random).slice(0, 8),
    phase: 'waiting',
    origin,
    charter: first.charter,
    seat: first.seat,
    role: 'facilitator',
    name: first.seated?.name ?? '',
    language: choice.language,
    rootSecret: toBase64Url(root.secret),
    anchor: first.seated?.anchor ?? '',
    trustedRoots: welcomes.map(helperOf).map((helper) => helper.root),
    helpers: welcomes.map(helperOf),
    rescues: await Promise.all(rescues),
    reopens: true,
    spaces: [...records, ...own],
    purpose: 'rescue',
    affirms: false,
  }
}

/** Whether these are of one seat and one dialogue, one of each side, and tell the same of the spaces that they share. */
function doAgree(welcomes: readonly Welcome[]): boolean {
  const [first] = welcomes
  const sides = first?.charter.sides.map(({ id }) => id) ?? []
  const helped = welcomes.map(helperIn)
  const roots = new Set(welcomes.map(({ roots: [root] }) => root))
  const said = new Map<SpaceName, string>()
  return (
    welcomes.length === sides.length &&
    sides.every((side) => helped.includes(side)) &&
    roots.size === welcomes.length &&
    welcomes.every(({ purpose }) => purpose === 'rescue') &&
    welcomes.every((one) => aboutOf(one) === (first && aboutOf(first))) &&
    welcomes.every(({ spaces }) =>
      spaces.every((space) => {
        const now = JSON.stringify(space)
        const before = said.get(space.name) ?? now
        said.set(space.name, before)
        return before === now
      }),
    )
  )
}

const aboutOf = ({ charter, seat, seated }: Welcome): string => JSON.stringify([charter, seat, seated])

const helperOf = (welcome: Welcome): Helper => ({ side: helperIn(welcome) ?? '', root: welcome.roots[0] ?? '' })

/** All spaces of the seat that somebody else has the keys of, in the order of a facilitator's. */
function sharedSpaces(welcomes: readonly Welcome[]): readonly WelcomeSpace[] {
  const sides = welcomes[0]?.charter.sides.map(({ id }) => id) ?? []
  const names: readonly SpaceName[] = ['room', 'outbox', ...sides.map(caucusOf)]
  return names.flatMap((name) =>
    welcomes.flatMap(({ spaces }) => spaces.filter((one) => one.name === name)).slice(0, 1),
  )
}

/** A space that this device comes back to: what the anchor has signed for those who are there, and for the relay (WR28). */
async function joinAlone(
  space: SpaceRecord,
  {
    first,
    shared,
    root,
    signer,
  }: {
    readonly first: Welcome
    readonly shared: readonly WelcomeSpace[]
    readonly root: SigningKey
    readonly signer: SigningKey
  },
): Promise<JoinSpace> {
  const joined = await joinSpace(space, root.secret)
  const welcome = { ...first, spaces: shared }
  const { revision = 0 } = shared.find(({ name }) => name === space.name) ?? {}
  const access = { device: decoded(joined.device), loginKey: decoded(joined.loginKey) }
  const signature = toBase64Url(sign(signer, rescuePermit(decoded(space.space), revision, access)))
  const permit = { anchor: toBase64Url(signer.publicKey), revision, signature }
  return { ...returning(joined, { welcome, root, signer, keepsOthers: false }), permit }
}
