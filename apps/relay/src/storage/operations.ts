import type {
  DeskStore,
  EnvelopeStore,
  InvitationStore,
  RegrantStore,
  RosterStore,
  ShareStore,
  Storage,
} from './ports.ts'
import type { Steps } from './steps.ts'

type Synchronous<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (input: infer Input) => Promise<infer Output>
    ? (input: Input) => Output
    : never
}

/** All that a storage can be asked, each as one synchronous step: what a memory runs. */
export type Operations = Synchronous<
  Omit<EnvelopeStore, 'close'> & RosterStore & RegrantStore & ShareStore & InvitationStore & DeskStore
>
export type OperationName = keyof Operations
export type Input<Name extends OperationName> = Parameters<Operations[Name]>[0]
export type Output<Name extends OperationName> = ReturnType<Operations[Name]>

/** The same, for a database: each in steps. */
export type SteppedOperations = { readonly [Name in OperationName]: (input: Input<Name>) => Steps<Output<Name>> }

/** Operations that change nothing. */
export const READS: ReadonlySet<OperationName> = new Set([
  'read',
  'enter',
  'isKeeper',
  'heads',
  'keys',
  'grant',
  'regrants',
  'regranted',
  'readChapter',
  'findShareKey',
  'listShares',
  'findInvitation',
  'joins',
  'hasDesk',
  'countDesks',
  'findOrigin',
  'receipts',
])

/** Runs one operation; resolves once what it did is durable. */
export type Run = <Name extends OperationName>(name: Name, input: Input<Name>) => Promise<Output<Name>>

/** The ports over one way to run operations. */
export function storageOver(run: Run, close: () => Promise<void>): Storage {
  const bind =
    <Name extends OperationName>(name: Name) =>
    (input: Input<Name>) =>
      run(name, input)
  return {
    envelopes: {
      openSpace: bind('openSpace'),
      append: bind('append'),
      batch: bind('batch'),
      read: bind('read'),
      withdraw: bind('withdraw'),
      destroy: bind('destroy'),
      receipts: bind('receipts'),
      readChapter: bind('readChapter'),
      reserve: bind('reserve'),
      sweep: bind('sweep'),
      close,
    },
    roster: {
      enter: bind('enter'),
      isKeeper: bind('isKeeper'),
      setWayBack: bind('setWayBack'),
      heads: bind('heads'),
      publishKey: bind('publishKey'),
      keys: bind('keys'),
      grant: bind('grant'),
    },
    regrants: {
      regrant: bind('regrant'),
      regrants: bind('regrants'),
      regranted: bind('regranted'),
      dropRegrants: bind('dropRegrants'),
    },
    shares: {
      findShareKey: bind('findShareKey'),
      moveShareKey: bind('moveShareKey'),
      listShares: bind('listShares'),
      replaceShares: bind('replaceShares'),
      settleRenewal: bind('settleRenewal'),
      takeUpkeep: bind('takeUpkeep'),
    },
    invitations: {
      invite: bind('invite'),
      findInvitation: bind('findInvitation'),
      join: bind('join'),
      joins: bind('joins'),
      closeInvitation: bind('closeInvitation'),
    },
    desks: {
      addDesk: bind('addDesk'),
      hasDesk: bind('hasDesk'),
      countDesks: bind('countDesks'),
      revokeDesks: bind('revokeDesks'),
      putOrigin: bind('putOrigin'),
      findOrigin: bind('findOrigin'),
    },
  }
}
