import type { Id } from './ports.ts'
import type { Schema } from './schema.ts'
import { builder, statement } from './statements.ts'

type Given = { readonly space: Id; readonly chapter: Id; readonly device: Id }

/** One of a sender for one device and chapter: a later one takes its place. */
export const putRegrant = statement<Schema['regrants']>()((v) =>
  builder
    .insertInto('regrants')
    .values({ space: v.space, chapter: v.chapter, device: v.device, sender: v.sender, sealed: v.sealed })
    .onConflict((conflict) =>
      conflict.columns(['space', 'chapter', 'device', 'sender']).doUpdateSet({ sealed: v.sealed }),
    ),
)
export const listGiven = statement<Given>()((v) =>
  builder
    .selectFrom('regrants')
    .select(['sender', 'sealed'])
    .where('space', '=', v.space)
    .where('chapter', '=', v.chapter)
    .where('device', '=', v.device)
    .orderBy('sender'),
)
/** Of each chapter that a device was given, those that begin behind a number: one row a sender, in their order. */
export const listRegrants = statement<{ space: Id; device: Id; after: number }>()((v) =>
  builder
    .selectFrom('regrants')
    .innerJoin('chapters', (join) =>
      join.onRef('chapters.space', '=', 'regrants.space').onRef('chapters.chapter', '=', 'regrants.chapter'),
    )
    .select(['regrants.chapter', 'first', 'sender'])
    .where('regrants.space', '=', v.space)
    .where('regrants.device', '=', v.device)
    .where('first', '>', v.after)
    .orderBy('first'),
)
export const deleteGiven = statement<Given>()((v) =>
  builder
    .deleteFrom('regrants')
    .where('space', '=', v.space)
    .where('chapter', '=', v.chapter)
    .where('device', '=', v.device),
)
export const deleteRegrants = statement<{ space: Id; device: Id }>()((v) =>
  builder.deleteFrom('regrants').where('space', '=', v.space).where('device', '=', v.device),
)
export const deleteRegrantsUpTo = statement<{ space: Id; upTo: number }>()((v) =>
  builder
    .deleteFrom('regrants')
    .where('space', '=', v.space)
    .where('chapter', 'in', (chapters) =>
      chapters.selectFrom('chapters').select('chapter').where('space', '=', v.space).where('first', '<=', v.upTo),
    ),
)
