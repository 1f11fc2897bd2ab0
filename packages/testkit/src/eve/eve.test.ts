import { beforeAll, expect, test } from 'vitest'
import { DOOR_TRICKS, JOIN_TRICKS, KEY_TRICKS } from './door-tricks.ts'
import { LOG_TRICKS, type Trick } from './log-tricks.ts'
import { Stage } from './stage.ts'
import table from './table.json' with { type: 'json' }
import { makeWorld, type World } from './world.ts'

const TRICKS: Readonly<Record<string, Trick>> = { ...LOG_TRICKS, ...KEY_TRICKS, ...DOOR_TRICKS, ...JOIN_TRICKS }

/** What happens after Eve's act, as `after` names it. */
const AFTER: Readonly<Record<string, Trick>> = {
  'others-write': (stage) => stage.writes('Chi'),
  'ada-writes': (stage) => stage.writes('Ada'),
  'ada-tries': (stage) => stage.tries('Ada'),
  'next-chapter': (stage) => stage.nextChapter(),
  days: (stage) => stage.days(),
}

/** A row of docs/threat-model.md: who sees what first when. Whatever is seen stays. */
interface Row {
  readonly trick: string
  readonly after: readonly string[]
  readonly signs: readonly { readonly when: string; readonly who: string; readonly sees: string }[]
}

let world: World
beforeAll(async () => {
  world = await makeWorld()
})

test('every trick is in the table once', () => {
  expect(table.map(({ trick }) => trick).sort()).toEqual(Object.keys(TRICKS).sort())
})

test.concurrent.each(table as readonly Row[])(
  '[LG8] [LG16] a relay that $trick: who notices, when and how',
  async ({ trick, after, signs }) => {
    const stage = await Stage.open(world)
    try {
      const expected: string[] = []
      for (const moment of ['at-once', ...after]) {
        const play = moment === 'at-once' ? TRICKS[trick] : AFTER[moment]
        await play?.(stage)
        expected.push(...signs.filter(({ when }) => when === moment).map(({ who, sees }) => `${who}: ${sees}`))
        expect([moment, ...(await stage.settled(expected.sort()))]).toEqual([moment, ...expected])
      }
    } finally {
      await stage.close()
    }
  },
)
