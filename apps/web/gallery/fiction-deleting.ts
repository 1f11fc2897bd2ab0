import type { DestructionView, DialogueView, Millis, SeatId, SideId, SpaceName } from '@antechamber/core'

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
  id: 'destruction',
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

const elsewhere = { ...asked, visits: [], until: (NOW - 3 * DAY_MS) as Millis }
const until = { upTo: 'a', visits: [], until: (NOW - 3 * DAY_MS) as Millis }
const gone = {
  id: 'one',
  visits: [],
  at: (NOW - DAY_MS) as Millis,
  seats: [1, 2, 0].map((n) => ({ seat: `seat${n}` as SeatId, confirmed: n === 2 ? 0 : 1, devices: 1 })),
  untold: 0,
}
const side: SpaceName = 'caucus:a'

type Elsewhere = DialogueView['destructionElsewhere']

/** What somebody can have deleted beside what was said in the room. */
export const mayAskElsewhere: Elsewhere = [
  { space: side, destruction: { ...nothing, extents: [until] } },
  { space: 'own', destruction: nothing },
]

export const askedElsewhere: Elsewhere = [
  { space: side, destruction: { ...nothing, asked: { ...elsewhere, mine: 'turned', side: false } } },
  {
    space: 'own',
    destruction: { ...nothing, asked: { ...elsewhere, isAgreed: true, dueAt: (NOW + DAY_MS) as Millis } },
  },
]

export const goneElsewhere: Elsewhere = [
  { space: side, destruction: { ...nothing, destroyed: [gone] } },
  {
    space: 'own',
    destruction: { ...nothing, extents: [until], destroyed: [{ ...gone, seats: gone.seats.slice(0, 1) }] },
  },
]

export const askedOfSide: Elsewhere = [
  { space: side, destruction: { ...nothing, asked: { ...elsewhere, mine: 'undecided', side: false } } },
]

export const panelMayAsk: Elsewhere = [{ space: 'panel', destruction: { ...nothing, extents: [until] } }]

export const panelAsked: Elsewhere = [
  { space: 'panel', destruction: { ...nothing, asked: { ...elsewhere, mine: 'undecided', side: false } } },
]

/** What the server has signed. */
export const RECEIPTS = [
  { destruction: 'one', isAll: false, destroyedAt: NOW - DAY_MS, backupsUntil: NOW + 29 * DAY_MS },
]
