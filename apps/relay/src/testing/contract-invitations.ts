import { MAX_JOINS_PER_INVITATION } from '@antechamber/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClosedState, Storage } from '../storage/ports.ts'
import { newDevice, random, randomId } from './device.ts'
import { DAY_MS, NOW, type StoredSpace, storedChapter, storedSpace } from './stored-space.ts'

const notFound = { ok: false, error: 'not-found' }

/** Invitations and what becomes of them. */
export function invitationContract(open: () => Promise<Storage>): void {
  let storage: Storage
  let fay: StoredSpace
  let invitation: Uint8Array
  const record = random(300)
  const expiresAt = NOW + DAY_MS
  // One storage for all: every test makes spaces of its own.
  beforeAll(async () => {
    storage = await open()
  })
  afterAll(() => storage.envelopes.close())
  beforeEach(async () => {
    fay = await storedSpace(storage)
    invitation = randomId()
    await storage.invitations.invite({ ...fay, invitation, expiresAt, record })
  })

  const join = (body = random(200), now = NOW) => storage.invitations.join({ invitation, body, now })
  const close = (state: ClosedState) => storage.invitations.closeInvitation({ ...fay, invitation, state })
  const openOwn = (space: Uint8Array, device = newDevice(), now = NOW) =>
    storage.envelopes.openSpace({
      permit: { type: 'invitation', invitation },
      space,
      device: device.device,
      loginKey: device.loginKey,
      retainUntil: NOW + 9 * DAY_MS,
      now,
    })

  test('[IN3] reading an invitation any number of times changes nothing', async () => {
    const found = { ok: true, value: { state: 'open', expiresAt, record } }
    for (let i = 0; i < 3; i++) expect(await storage.invitations.findInvitation({ invitation })).toEqual(found)
    expect(await join()).toMatchObject({ ok: true })
    expect(await storage.invitations.findInvitation({ invitation: randomId() })).toEqual(notFound)
  })

  test('[WR13] a join is for the keepers of the space that invited, and for nobody else', async () => {
    const ben = newDevice()
    await storedChapter(storage, fay, [ben.access()])
    const body = random(200)
    expect(await join(body)).toEqual({ ok: true, value: { space: fay.space } })
    expect(await storage.invitations.findInvitation({ invitation })).toMatchObject({ value: { state: 'waiting' } })
    expect(await storage.invitations.joins({ ...fay, invitation })).toEqual({ ok: true, value: [body] })
    const bens = { space: fay.space, device: ben.device, invitation }
    const forbidden = { ok: false, error: 'forbidden' }
    expect(await storage.invitations.joins(bens)).toEqual(forbidden)
    expect(await storage.invitations.closeInvitation({ ...bens, state: 'admitted' })).toEqual(forbidden)
    expect(await storage.invitations.invite({ ...bens, invitation: randomId(), expiresAt, record })).toEqual(forbidden)
    const other = { ...(await storedSpace(storage)), invitation }
    expect(await storage.invitations.joins(other)).toEqual(notFound)
    expect(await storage.invitations.closeInvitation({ ...other, state: 'revoked' })).toEqual(notFound)
  })

  test('[WR13] at most four joins are kept, the same one once', async () => {
    const bodies = Array.from({ length: MAX_JOINS_PER_INVITATION }, () => random(100))
    for (const body of [...bodies, ...bodies]) expect(await join(body)).toMatchObject({ ok: true })
    expect(await join()).toEqual({ ok: false, error: 'too-many' })
    expect(await storage.invitations.joins({ ...fay, invitation })).toEqual({ ok: true, value: bodies })
  })

  test.each([
    ['admitted', 'used'],
    ['declined', 'declined'],
    ['revoked', 'revoked'],
  ] as const)('[WR13] once %s it takes no join, says %s, and keeps none', async (state, end) => {
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
    expect(await join(random(10), expiresAt - 1)).toMatchObject({ ok: true })
    expect(await join(random(10), expiresAt)).toEqual({ ok: false, error: 'expired' })
  })

  test('an id is taken once; the same invitation again is answered alike', async () => {
    const again = { ...fay, invitation, expiresAt, record }
    expect(await storage.invitations.invite(again)).toMatchObject({ ok: true })
    expect(await storage.invitations.invite({ ...again, record: random(300) })).toEqual({ ok: false, error: 'exists' })
    const other = await storedSpace(storage)
    expect(await storage.invitations.invite({ ...again, ...other })).toEqual({ ok: false, error: 'exists' })
  })

  test('an invitation opens one space, also after its person was admitted, and none when it is over', async () => {
    const [own, device] = [randomId(), newDevice()]
    expect(await openOwn(own, device)).toMatchObject({ ok: true })
    expect(await openOwn(own, device)).toMatchObject({ ok: true })
    expect(await openOwn(randomId())).toEqual({ ok: false, error: 'used' })
    const first = invitation
    invitation = randomId()
    await storage.invitations.invite({ ...fay, invitation, expiresAt, record })
    expect(await openOwn(own)).toEqual({ ok: false, error: 'exists' })
    expect(await openOwn(randomId(), newDevice(), expiresAt)).toEqual({ ok: false, error: 'expired' })
    await close('admitted')
    expect(await openOwn(randomId(), newDevice(), expiresAt)).toMatchObject({ ok: true })
    invitation = first
    await close('revoked')
    expect(await openOwn(own, device)).toEqual({ ok: false, error: 'revoked' })
    invitation = randomId()
    expect(await openOwn(randomId())).toEqual(notFound)
  })
}
