import type { DestructionView, Millis, SeatId, SideId } from '@antechamber/core'

/** A morning that never was. */
export const NOW = Date.UTC(2027, 2, 3, 9, 30)

const DAY_MS = 24 * 60 * 60 * 1000
const visits = [{ stage: 'opening', visit: 1 }]
const both = [...visits, { stage: 'sharing', visit: 1 }]
const nothing: DestructionView = { asked: undefined, destroyed: [], extents: [] }
const asked = {
  visits: both,
  until: undefined,
  isAgreed: false,
  dueAt: undefined,
  mine: undefined,
  side: undefined,
  sides: [],
} as const

/** What a facilitator can ask to be deleted. */
export const mayAsk: DestructionView = {
  ...nothing,
  extents: [
    { upTo: 'a', visits, until: undefined },
    { upTo: 'b', visits: both, until: undefined },
  ],
}

export const askedOfSides: DestructionView = {
  ...nothing,
  asked: {
    ...asked,
    sides: [
      { side: 'a' as SideId, hasAgreed: true },
      { side: 'b' as SideId, hasAgreed: false },
    ],
  },
}

export const askedOfMe = (mine: 'turned' | 'not-yet' | 'undecided'): DestructionView => ({
  ...nothing,
  asked: { ...asked, mine, side: mine === 'turned' },
})

export const agreed: DestructionView = {
  ...nothing,
  asked: { ...asked, mine: 'turned', side: true, isAgreed: true, dueAt: (NOW + DAY_MS) as Millis },
}

export const deleted: DestructionView = {
  ...nothing,
  destroyed: [
    {
      id: 'one',
      visits: both,
      at: (NOW - DAY_MS) as Millis,
      seats: [0, 1, 2, 3, 4].map((n) => ({ seat: `seat${n}` as SeatId, confirmed: n === 3 ? 0 : 1, devices: 1 })),
      untold: 1,
    },
  ],
}

/** What the server has signed. */
export const RECEIPTS = [
  { destruction: 'one', isAll: false, destroyedAt: NOW - DAY_MS, backupsUntil: NOW + 29 * DAY_MS },
]
