import type { Id } from './ports.ts'
import { type Schema, SPACE_TABLES } from './schema.ts'
import { builder, statement } from './statements.ts'

type InSpace = { readonly space: Id; readonly device: Id }
type Row<Table extends keyof Schema> = Schema[Table]

// Spaces and their logs.

export const insertSpace = statement<Omit<Row<'spaces'>, 'chapter' | 'bytes' | 'way_back'>>()((v) =>
  builder
    .insertInto('spaces')
    .values({ ...pick(v, 'space', 'retain_until', 'head', 'head_hash', 'invited'), chapter: null, bytes: 0 }),
)
export const findSpace = statement<{ space: Id }>()((v) =>
  builder.selectFrom('spaces').select(['retain_until', 'head', 'bytes', 'invited']).where('space', '=', v.space),
)
/** Spaces that one statement looks for. */
export const HEADS_AT_ONCE = 32
export const listHeads = statement<{ readonly [index: number]: Id }>()((v) =>
  builder
    .selectFrom('spaces')
    .select(['space', 'head'])
    .where(
      'space',
      'in',
      Array.from({ length: HEADS_AT_ONCE }, (_, i) => v[i] as Id),
    ),
)
/** The space as one of its devices finds it; nothing for anybody else. */
export const findPlace = statement<InSpace>()((v) =>
  builder
    .selectFrom('access')
    .innerJoin('spaces', 'spaces.space', 'access.space')
    .select(['login_key', 'keeper', 'since', 'head', 'head_hash', 'chapter', 'bytes', 'invited', 'way_back'])
    .where('access.space', '=', v.space)
    .where('access.device', '=', v.device),
)
export const moveHead = statement<{ space: Id; head: number; head_hash: Uint8Array; bytes: number }>()((v) =>
  builder
    .updateTable('spaces')
    .set(pick(v, 'head', 'head_hash', 'bytes'))
    .where('space', '=', v.space),
)
export const setBytes = statement<{ space: Id; bytes: number }>()((v) =>
  builder.updateTable('spaces').set({ bytes: v.bytes }).where('space', '=', v.space),
)
export const setWayBack = statement<{ space: Id; way_back: Uint8Array | null }>()((v) =>
  builder.updateTable('spaces').set({ way_back: v.way_back }).where('space', '=', v.space),
)
export const setChapter = statement<{ space: Id; chapter: Id }>()((v) =>
  builder.updateTable('spaces').set({ chapter: v.chapter }).where('space', '=', v.space),
)
export const insertEnvelope = statement<Row<'envelopes'>>()((v) =>
  builder.insertInto('envelopes').values(pick(v, 'space', 'n', 'id', 'hash', 'envelope')),
)
export const findEnvelope = statement<{ space: Id; id: Id }>()((v) =>
  builder.selectFrom('envelopes').select(['n', 'hash']).where('space', '=', v.space).where('id', '=', v.id),
)
export const findBytes = statement<{ space: Id; id: Id }>()((v) =>
  builder.selectFrom('envelopes').select(['n', 'envelope']).where('space', '=', v.space).where('id', '=', v.id),
)
export const takeOutEnvelope = statement<{ space: Id; id: Id }>()((v) =>
  builder.updateTable('envelopes').set({ envelope: null }).where('space', '=', v.space).where('id', '=', v.id),
)
/**
 * A page: `limit` envelopes from `first` on, of which as many as have `bytes` together, and one in any case. Lengths are
 * added up before anything is read.
 */
export const readEnvelopes = statement<{ space: Id; first: number; limit: number; bytes: number }>()((v) =>
  builder
    .selectFrom('envelopes')
    .select(['n', 'hash', 'envelope'])
    .where('space', '=', v.space)
    .where('n', '>=', v.first)
    .where('n', '<=', (page) =>
      page
        .selectFrom((sums) =>
          sums
            .selectFrom((lengths) =>
              lengths
                .selectFrom('envelopes')
                .select((e) => ['n', e.fn.coalesce(e.fn<number>('length', ['envelope']), e.lit(0)).as('length')])
                .where('space', '=', v.space)
                .where('n', '>=', v.first)
                .orderBy('n')
                .limit(v.limit)
                .as('lengths'),
            )
            .select((e) => [
              'n',
              e.fn
                .sum<number>('length')
                .over((over) => over.orderBy('n'))
                .as('upto'),
            ])
            .as('sums'),
        )
        .select((e) => e.fn.max('n').as('last'))
        .where((e) => e.or([e('upto', '<=', v.bytes), e('n', '=', v.first)])),
    )
    .orderBy('n'),
)

// Chapters, their shares and grants.

export const insertReservation = statement<
  Pick<Row<'chapters'>, 'space' | 'chapter' | 'sealed_share' | 'reserved_at'>
>()((v) =>
  builder.insertInto('chapters').values({
    ...pick(v, 'space', 'chapter', 'sealed_share', 'reserved_at'),
    first: null,
    asked_by_keeper: 0,
    asked_by_other: 0,
  }),
)
export const countReservations = statement<{ space: Id }>()((v) =>
  builder
    .selectFrom('chapters')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('space', '=', v.space)
    .where('first', 'is', null),
)
export const findChapter = statement<{ space: Id; chapter: Id }>()((v) =>
  builder
    .selectFrom('chapters')
    .select(['sealed_share', 'first', 'asked_by_keeper', 'asked_by_other'])
    .where('space', '=', v.space)
    .where('chapter', '=', v.chapter),
)
export const useChapter = statement<{ space: Id; chapter: Id; first: number }>()((v) =>
  builder.updateTable('chapters').set({ first: v.first }).where('space', '=', v.space).where('chapter', '=', v.chapter),
)
export const listShares = statement<{ space: Id; chapter: Id; limit: number }>()((v) =>
  builder
    .selectFrom('chapters')
    .select(['space', 'chapter', 'sealed_share'])
    .where((e) => e(e.refTuple('space', 'chapter'), '>', e.tuple(v.space, v.chapter)))
    .orderBy('space')
    .orderBy('chapter')
    .limit(v.limit),
)
export const replaceShare = statement<{ space: Id; chapter: Id; sealed_share: Uint8Array }>()((v) =>
  builder
    .updateTable('chapters')
    .set({ sealed_share: v.sealed_share })
    .where('space', '=', v.space)
    .where('chapter', '=', v.chapter),
)
export const insertGrant = statement<Row<'grants'>>()((v) =>
  builder.insertInto('grants').values(pick(v, 'space', 'chapter', 'device', 'sealed')),
)
export const findGrant = statement<InSpace & { chapter: Id }>()((v) =>
  builder
    .selectFrom('grants')
    .select('sealed')
    .where('space', '=', v.space)
    .where('chapter', '=', v.chapter)
    .where('device', '=', v.device),
)
export const deleteGrants = statement<InSpace>()((v) =>
  builder.deleteFrom('grants').where('space', '=', v.space).where('device', '=', v.device),
)

// What is destroyed.

export const askByKeeper = statement<{ space: Id; chapter: Id }>()((v) =>
  builder
    .updateTable('chapters')
    .set({ asked_by_keeper: 1 })
    .where('space', '=', v.space)
    .where('chapter', '=', v.chapter),
)
export const askByOther = statement<{ space: Id; chapter: Id }>()((v) =>
  builder
    .updateTable('chapters')
    .set({ asked_by_other: 1 })
    .where('space', '=', v.space)
    .where('chapter', '=', v.chapter),
)
/** The number of the header that comes after one. */
export const findNextHeader = statement<{ space: Id; first: number }>()((v) =>
  builder
    .selectFrom('chapters')
    .select((e) => e.fn.min('first').as('next'))
    .where('space', '=', v.space)
    .where('first', '>', v.first),
)
export const takeOutUpTo = statement<{ space: Id; upTo: number }>()((v) =>
  builder
    .updateTable('envelopes')
    .set({ envelope: null })
    .where('space', '=', v.space)
    .where('n', '<=', v.upTo)
    .where('envelope', 'is not', null),
)
export const deleteGrantsUpTo = statement<{ space: Id; upTo: number }>()((v) =>
  builder
    .deleteFrom('grants')
    .where('space', '=', v.space)
    .where('chapter', 'in', (chapters) =>
      chapters.selectFrom('chapters').select('chapter').where('space', '=', v.space).where('first', '<=', v.upTo),
    ),
)
export const deleteChaptersUpTo = statement<{ space: Id; upTo: number }>()((v) =>
  builder.deleteFrom('chapters').where('space', '=', v.space).where('first', '<=', v.upTo),
)
export const insertReceipt = statement<Row<'receipts'>>()((v) =>
  builder
    .insertInto('receipts')
    .values(pick(v, 'space', 'position', 'chapter', 'up_to', 'destroyed_at', 'backups_until', 'forget_at')),
)
export const countReceipts = statement<{ space: Id }>()((v) =>
  builder
    .selectFrom('receipts')
    .select((e) => e.fn.coalesce(e.fn.max('position'), e.lit(0)).as('last'))
    .where('space', '=', v.space),
)
export const listReceipts = statement<{ space: Id }>()((v) =>
  builder.selectFrom('receipts').selectAll().where('space', '=', v.space).orderBy('position'),
)
export const deleteReceipts = statement<{ now: number }>()((v) =>
  builder.deleteFrom('receipts').where('forget_at', '<=', v.now),
)

// Who may enter, and their keys.

/** `since` stays what it was for a device that is on the list already. */
export const putAccess = statement<Row<'access'>>()((v) =>
  builder
    .insertInto('access')
    .values(pick(v, 'space', 'device', 'login_key', 'keeper', 'since'))
    .onConflict((conflict) => conflict.columns(['space', 'device']).doUpdateSet(pick(v, 'login_key', 'keeper'))),
)
export const deleteAccess = statement<InSpace>()((v) =>
  builder.deleteFrom('access').where('space', '=', v.space).where('device', '=', v.device),
)
export const listAccess = statement<{ space: Id }>()((v) =>
  builder.selectFrom('access').select(['device', 'keeper', 'since']).where('space', '=', v.space),
)
export const putSealingKey = statement<Row<'sealing_keys'>>()((v) =>
  builder
    .insertInto('sealing_keys')
    .values(pick(v, 'space', 'device', 'number', 'record'))
    .onConflict((conflict) => conflict.columns(['space', 'device']).doUpdateSet(pick(v, 'number', 'record'))),
)
export const findSealingKey = statement<InSpace>()((v) =>
  builder
    .selectFrom('sealing_keys')
    .select(['number', 'record'])
    .where('space', '=', v.space)
    .where('device', '=', v.device),
)
export const listSealingKeys = statement<{ space: Id }>()((v) =>
  builder.selectFrom('sealing_keys').select('record').where('space', '=', v.space),
)
export const deleteSealingKey = statement<InSpace>()((v) =>
  builder.deleteFrom('sealing_keys').where('space', '=', v.space).where('device', '=', v.device),
)

// Invitations and joins.

export const insertInvitation = statement<Row<'invitations'>>()((v) =>
  builder
    .insertInto('invitations')
    .values(pick(v, 'invitation', 'space', 'state', 'expires_at', 'ticket_hash', 'record', 'opened')),
)
export const findInvitation = statement<{ invitation: Id }>()((v) =>
  builder.selectFrom('invitations').selectAll().where('invitation', '=', v.invitation),
)
export const countInvitations = statement<{ space: Id }>()((v) =>
  builder
    .selectFrom('invitations')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('space', '=', v.space),
)
export const setInvitationState = statement<{ invitation: Id; state: Row<'invitations'>['state'] }>()((v) =>
  builder.updateTable('invitations').set({ state: v.state }).where('invitation', '=', v.invitation),
)
export const setOpened = statement<{ invitation: Id; opened: Id }>()((v) =>
  builder.updateTable('invitations').set({ opened: v.opened }).where('invitation', '=', v.invitation),
)
export const insertJoin = statement<Row<'joins'>>()((v) =>
  builder.insertInto('joins').values(pick(v, 'invitation', 'position', 'body')),
)
export const listJoins = statement<{ invitation: Id }>()((v) =>
  builder.selectFrom('joins').select('body').where('invitation', '=', v.invitation).orderBy('position'),
)
export const deleteJoins = statement<{ invitation: Id }>()((v) =>
  builder.deleteFrom('joins').where('invitation', '=', v.invitation),
)
export const deleteInvitation = statement<{ invitation: Id }>()((v) =>
  builder.deleteFrom('invitations').where('invitation', '=', v.invitation),
)

// What is over.

export const listDueSpaces = statement<{ now: number }>()((v) =>
  builder.selectFrom('spaces').select('space').where('retain_until', '<=', v.now).orderBy('space'),
)
export const listInvitationsOf = statement<{ space: Id }>()((v) =>
  builder.selectFrom('invitations').select('invitation').where('space', '=', v.space),
)
export const listDueInvitations = statement<{ expiredAt: number }>()((v) =>
  builder.selectFrom('invitations').select('invitation').where('expires_at', '<=', v.expiredAt),
)
export const deleteOfSpace = SPACE_TABLES.map((table) =>
  statement<{ space: Id }>()((v) => builder.deleteFrom(table).where('space', '=', v.space)),
)
export const deleteReservations = statement<{ reservedAt: number }>()((v) =>
  builder.deleteFrom('chapters').where('first', 'is', null).where('reserved_at', '<=', v.reservedAt),
)
export const putSweep = statement<{ swept_at: number }>()((v) =>
  builder
    .insertInto('sweeps')
    .values({ id: 1, swept_at: v.swept_at })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ swept_at: v.swept_at })),
)

// What the relay remembers of itself; step 2 makes the one row.

export const setOwesRenewal = statement<Record<string, never>>()(() =>
  builder.updateTable('relay').set({ owes_renewal: 1 }),
)
export const settleRenewal = statement<{ shareKey: Id }>()((v) =>
  builder.updateTable('relay').set({ owes_renewal: 0 }).where('share_key', '=', v.shareKey),
)
/** Changes nothing, and changes one row if this is the key: whoever moves the key on has to wait, or is waited for. */
export const holdShareKey = statement<{ shareKey: Id }>()((v) =>
  builder
    .updateTable('relay')
    .set({ share_key: v.shareKey })
    .where((e) => e.or([e('share_key', '=', v.shareKey), e('share_key', 'is', null)])),
)
export const moveShareKey = statement<{ from: Id; to: Id }>()((v) =>
  builder.updateTable('relay').set({ share_key: v.to }).where('share_key', '=', v.from),
)
export const takeUpkeep = statement<{ holder: Id; now: number; until: number }>()((v) =>
  builder
    .updateTable('relay')
    .set({ upkeep_by: v.holder, upkeep_until: v.until })
    .where((e) => e.or([e('upkeep_until', '<=', v.now), e('upkeep_by', '=', v.holder)])),
)
export const setOrigin = statement<{ origin: string }>()((v) => builder.updateTable('relay').set({ origin: v.origin }))
export const findRelay = statement<Record<string, never>>()(() =>
  builder.selectFrom('relay').select(['owes_renewal', 'origin', 'share_key']),
)

// Desks.

export const insertDesk = statement<Row<'desks'>>()((v) =>
  builder.insertInto('desks').values(pick(v, 'secret_hash', 'made_at')),
)
export const findDesk = statement<{ secret_hash: Uint8Array }>()((v) =>
  builder.selectFrom('desks').select('made_at').where('secret_hash', '=', v.secret_hash),
)
export const countDesks = statement<Record<string, never>>()(() =>
  builder.selectFrom('desks').select((e) => e.fn.countAll<number>().as('count')),
)
export const deleteDesks = statement<Record<string, never>>()(() => builder.deleteFrom('desks'))

/** Some of the values, each under its own name: columns and values are called alike here. */
function pick<Values, Name extends keyof Values>(values: Values, ...names: readonly Name[]): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<Values, Name>
}
