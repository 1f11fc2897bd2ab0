import { toBase64Url, toHex, utf8 } from '@antechamber/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  invitationTicket,
  linkFragment,
  linkPath,
  newLinkInvitation,
  openRecord,
  parseLink,
  sealRecord,
} from './invitation.ts'
import { codeOf, flipBit, must, runs, seeded } from './testing/fixtures.ts'

const random = seeded('invitations')
const invitation = newLinkInvitation(random)
const other = newLinkInvitation(random)
const welcome = utf8('Fay convenes; what is said here stays here.')
const record = sealRecord(invitation, welcome, random)

test('[IN10] a ticket is of one invitation, and is not the secret', () => {
  const ticket = invitationTicket(invitation)
  expect(ticket.length).toBe(32)
  expect(invitationTicket({ ...invitation })).toEqual(ticket)
  const others = [other, { ...invitation, id: other.id }, { ...invitation, secret: other.secret }].map(invitationTicket)
  expect(new Set([ticket, invitation.secret, ...others].map(toHex)).size).toBe(5)
})

describe('records', () => {
  test('[IN1] opens with the secret and shows nothing without', () => {
    expect(must(openRecord(invitation, record))).toEqual(welcome)
    expect(record.length).toBe(welcome.length + 40)
    expect(toHex(record)).not.toContain(toHex(utf8('Fay')))
  })

  test('[IN1] does not open with another secret or under another id', () => {
    expect(codeOf(openRecord(other, record))).toBe('unreadable')
    expect(codeOf(openRecord({ ...invitation, id: other.id }, record))).toBe('unreadable')
    expect(codeOf(openRecord({ ...invitation, secret: other.secret }, record))).toBe('unreadable')
  })

  test('[IN1] every bit turned and every cut makes it unreadable', () => {
    fc.assert(
      fc.property(fc.nat(record.length * 8 - 1), fc.nat(record.length - 1), (bit, length) => {
        expect(codeOf(openRecord(invitation, flipBit(record, bit)))).toBe('unreadable')
        expect(codeOf(openRecord(invitation, record.subarray(0, length)))).toBe('unreadable')
      }),
      { numRuns: runs(100) },
    )
  })
})

describe('links', () => {
  test('[IN2] a link gives back the invitation, whole, from its path, with blanks or a query', () => {
    const path = linkPath(invitation)
    expect(path).toMatch(/^\/i\/[\w-]{22}#v1\.[\w-]{43}$/)
    const [before, after] = path.split('#') as [string, string]
    expect(after).toBe(linkFragment(invitation))
    const forms = [
      path,
      `https://host.example:8443${path}`,
      `http://localhost:8080${path}`,
      ` https://host.example${path}\n`,
      `${before}/#${after}`,
      `https://host.example${before}?from=messenger#${after}`,
    ]
    for (const form of forms) expect(parseLink(form)).toEqual({ ok: true, value: invitation })
  })

  test('[IN2] what is not exactly a link is mistyped', () => {
    const path = linkPath(invitation)
    const id = toBase64Url(invitation.id)
    const forms = [
      '',
      'hello',
      path.slice(0, -1),
      `${path}A`,
      path.replace('#v1.', '#v2.'),
      path.replace('#', ''),
      path.replace('/i/', '/j/'),
      `/i/${id.slice(1)}#${linkFragment(invitation)}`,
      `javascript:${path}`,
      `https://host.example/x${path}`,
      `/i/${id}`,
    ]
    for (const form of forms) expect(codeOf(parseLink(form))).toBe('mistyped')
  })

  test('[IN2] one invitation has one link: the bits that base64url leaves over must be zero', () => {
    const path = linkPath({ id: new Uint8Array(16), secret: new Uint8Array(32) })
    expect(path.endsWith('A')).toBe(true)
    expect(codeOf(parseLink(`${path.slice(0, -1)}B`))).toBe('mistyped')
  })

  test('[IN2] every letter of the code changed is another invitation or mistyped, never a crash', () => {
    const path = linkPath(invitation)
    fc.assert(
      fc.property(fc.nat(path.length - 1), fc.string({ maxLength: 3 }), (at, letters) => {
        const parsed = parseLink(path.slice(0, at) + letters + path.slice(at + 1))
        if (parsed.ok && letters !== path[at]) expect(parsed.value).not.toEqual(invitation)
      }),
      { numRuns: runs(200), seed: 7 },
    )
  })
})
