import { MAX_JOINS_PER_INVITATION } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import type { ClosedState, Storage } from '../storage/ports.ts'
import { MAX_INVITATIONS_PER_INVITED_SPACE } from '../storage/rules.ts'
import { newDevice, random, randomId } from './device.ts'
import { type Open, startingFrom } from './starting-from.ts'
import { DAY_MS, NOW, type StoredSpace, storedChapter, storedSpace } from './stored-space.ts'

const notFound = { ok: false, error: 'not-found' }
const forbidden = { ok: false, error: 'forbidden' }
const record = random(300)
const ticketHash = random(32)
const expiresAt = NOW + DAY_MS

/** An invitation that a space's keeper has made, and what can be done with it. */
async function invited(storage: Storage, fay: StoredSpace) {
  const invitation = randomId()
  await storage.invitations.invite({ ...fay, invitation, expiresAt, ticketHash, record })
  return {
    invitation,
    join: (body = random(200), now = NOW, shown = ticketHash) =>
      storage.invitations.join({ invitation, ticketHash: shown, body, now }),
    close: (state: ClosedState) => storage.invitations.closeInvitation({ ...fay, invitation, state }),
    openOwn: (space: Uint8Array, { device, loginKey } = newDevice(), now = NOW, shown = ticketHash) =>
      storage.envelopes.openSpace({
        permit: { type: 'invitation', invitation, ticketHash: shown },
        space,
        device,
        loginKey,
        retainUntil: NOW + 9 * DAY_MS,
        now,
      }),
  }
}

const fromInvitation = async (storage: Storage) => {
  const fay = await storedSpace(storage)
  return { fay, ...(await invited(storage, fay)) }
}

/** Who makes invitations, leaves joins and reads them. */
export function joinContract(open: Open): void {
  const at = startingFrom(open, fromInvitation)

  test('[IN3] reading an invitation any number of times changes nothing', async () => {
    const { storage, invitation, join } = at()
    const found = { ok: true, value: { state: 'open', expiresAt, record } }
    for (let i = 0; i < 3; i++) expect(await storage.invitations.findInvitation({ invitation })).toEqual(found)
    expect(await join()).toMatchObject({ ok: true })
    expect(await storage.invitations.findInvitation({ invitation: randomId() })).toEqual(notFound)
  })

  test('[WR13] a join is for the keepers of the space that invited, and for nobody else', async () => {
    const { storage, fay, invitation, join } = at()
    const ben = newDevice()
    await storedChapter(storage, fay, [ben.access()])
    const body = random(200)
    expect(await join(body)).toEqual({ ok: true, value: { space: fay.space } })
    expect(await storage.invitations.findInvitation({ invitation })).toMatchObject({ value: { state: 'waiting' } })
    expect(await storage.invitations.joins({ ...fay, invitation })).toEqual({ ok: true, value: [body] })
    const bens = { space: fay.space, device: ben.device, invitation }
    expect(await storage.invitations.joins(bens)).toEqual(forbidden)
    expect(await storage.invitations.closeInvitation({ ...bens, state: 'admitted' })).toEqual(forbidden)
    expect(
      await storage.invitations.invite({ ...bens, invitation: randomId(), expiresAt, ticketHash, record }),
    ).toEqual(forbidden)
    const other = { ...(await storedSpace(storage)), invitation }
    expect(await storage.invitations.joins(other)).toEqual(notFound)
    expect(await storage.invitations.closeInvitation({ ...other, state: 'revoked' })).toEqual(notFound)
  })

  test('[WR13] at most four joins are kept, the same one once', async () => {
    const { storage, fay, invitation, join } = at()
    const bodies = Array.from({ length: MAX_JOINS_PER_INVITATION }, () => random(100))
    for (const body of [...bodies, ...bodies]) expect(await join(body)).toMatchObject({ ok: true })
    expect(await join()).toEqual({ ok: false, error: 'too-many' })
    expect(await storage.invitations.joins({ ...fay, invitation })).toEqual({ ok: true, value: bodies })
  })

  test('an id is taken once; the same invitation again is answered alike', async () => {
    const { storage, fay, invitation } = at()
    const again = { ...fay, invitation, expiresAt, ticketHash, record }
    expect(await storage.invitations.invite(again)).toMatchObject({ ok: true })
    expect(await storage.invitations.invite({ ...again, record: random(300) })).toEqual({ ok: false, error: 'exists' })
    expect(await storage.invitations.invite({ ...again, ticketHash: random(32) })).toEqual({
      ok: false,
      error: 'exists',
    })
    const other = await storedSpace(storage)
    expect(await storage.invitations.invite({ ...again, ...other })).toEqual({ ok: false, error: 'exists' })
  })
}

/** What becomes of invitations. */
export function invitationContract(open: Open): void {
  const at = startingFrom(open, fromInvitation)

  test('[IN10] whoever has only the id leaves no join, opens no space and uses nothing up', async () => {
    const { storage, fay, invitation, join, openOwn, close } = at()
    const wrong = random(32)
    expect(await join(random(9), NOW, wrong)).toEqual(notFound)
    expect(await openOwn(randomId(), newDevice(), NOW, wrong)).toEqual(notFound)
    expect(await storage.invitations.joins({ ...fay, invitation })).toEqual({ ok: true, value: [] })
    expect(await storage.invitations.findInvitation({ invitation })).toMatchObject({ value: { state: 'open' } })
    expect(await openOwn(randomId())).toMatchObject({ ok: true })
    await close('admitted')
    expect(await join(random(9), NOW, wrong)).toEqual(notFound)
  })

  test.each([
    ['admitted', 'used'],
    ['declined', 'declined'],
    ['revoked', 'revoked'],
  ] as const)('[WR13] once %s it takes no join, says %s, and keeps none', async (state, end) => {
    const { storage, fay, invitation, join, close } = at()
    await join()
    expect(await close(state)).toMatchObject({ ok: true })
    expect(await close(state)).toMatchObject({ ok: true })
    expect(await join()).toEqual({ ok: false, error: end })
    expect(await storage.invitations.joins({ ...fay, invitation })).toEqual({ ok: true, value: [] })
    for (const other of (['admitted', 'declined', 'revoked'] as const).filter((wanted) => wanted !== state)) {
      expect(await close(other)).toEqual({ ok: false, error: end })
    }
  })

  test('[WR13] takes no join from its expiry on', async () => {
    const { join } = at()
    expect(await join(random(10), expiresAt - 1)).toMatchObject({ ok: true })
    expect(await join(random(10), expiresAt)).toEqual({ ok: false, error: 'expired' })
  })

  test('[WR13] an invitation opens one space, also after its person was admitted', async () => {
    const { openOwn, close } = at()
    const [own, device] = [randomId(), newDevice()]
    expect(await openOwn(own, device)).toMatchObject({ ok: true })
    expect(await openOwn(own, device)).toMatchObject({ ok: true })
    expect(await openOwn(randomId())).toEqual({ ok: false, error: 'used' })
    await close('admitted')
    expect(await openOwn(own, device, expiresAt)).toMatchObject({ ok: true })
    expect(await openOwn(randomId(), device, expiresAt)).toEqual({ ok: false, error: 'used' })
  })

  test('[WR13] an invitation opens no space that is there already, and none when it is over', async () => {
    const { storage, fay, openOwn, close } = at()
    expect(await openOwn(fay.space)).toEqual({ ok: false, error: 'exists' })
    expect(await openOwn(randomId(), newDevice(), expiresAt)).toEqual({ ok: false, error: 'expired' })
    await close('revoked')
    expect(await openOwn(randomId())).toEqual({ ok: false, error: 'revoked' })
    const later = await invited(storage, fay)
    await later.close('admitted')
    expect(await later.openOwn(randomId(), newDevice(), expiresAt)).toMatchObject({ ok: true })
  })
}

/** What an invitation does not open. */
export function chainContract(open: Open): void {
  const at = startingFrom(open, fromInvitation)

  test('[WR13] whoever opened a space by an invitation invites further devices, and no chain of spaces grows out of one', async () => {
    const { storage, openOwn } = at()
    const [space, ben] = [randomId(), newDevice()]
    expect(await openOwn(space, ben)).toMatchObject({ ok: true })
    const bens = { space, device: ben.device }
    expect(await storage.roster.isKeeper(bens)).toBe(true)
    const invitation = randomId()
    expect(await storage.invitations.invite({ ...bens, invitation, expiresAt, ticketHash, record })).toMatchObject({
      ok: true,
    })
    const body = random(200)
    expect(await storage.invitations.join({ invitation, ticketHash, body, now: NOW })).toEqual({
      ok: true,
      value: { space },
    })
    expect(await storage.invitations.joins({ ...bens, invitation })).toEqual({ ok: true, value: [body] })
    const permit = { type: 'invitation', invitation, ticketHash } as const
    const { device, loginKey } = newDevice()
    const opening = { permit, device, loginKey, retainUntil: NOW + 9 * DAY_MS, now: NOW }
    expect(await storage.envelopes.openSpace({ ...opening, space: randomId() })).toEqual({ ok: false, error: 'used' })
    expect(await storage.envelopes.openSpace({ ...opening, space })).toEqual({ ok: false, error: 'exists' })
    for (let i = 1; i < MAX_INVITATIONS_PER_INVITED_SPACE; i++)
      await storage.invitations.invite({ ...bens, invitation: randomId(), expiresAt, ticketHash, record })
    const more = { ...bens, invitation: randomId(), expiresAt, ticketHash, record }
    expect(await storage.invitations.invite(more)).toEqual({ ok: false, error: 'too-many' })
  })
}
