import { decodeEnvelope, ENTRY, HEADER, type LogItem, WORDS } from '@antechamber/protocol'
import { until } from '../wait.ts'
import { type Falsify, itemOf } from './false-log.ts'
import type { Stage } from './stage.ts'

/** What Eve does at first; everything else follows from it. */
export type Trick = (stage: Stage) => Promise<void>

const kindOf = ({ envelope }: LogItem): number | undefined => {
  const read = envelope && decodeEnvelope(envelope)
  return read?.ok ? read.value.kind : undefined
}
const isEntry = (item: LogItem): boolean => kindOf(item) === ENTRY
const isHeader = (item: LogItem): boolean => kindOf(item) === HEADER
const isWords = (item: LogItem): boolean => kindOf(item) === WORDS

/** Falsifies the first item of its sort, and shows all others as they are. */
function onlyFirst(isIt: (item: LogItem) => boolean, falsify: Falsify): Falsify {
  let isDone = false
  return (item) => {
    if (isDone || !isIt(item)) return [item]
    isDone = true
    return falsify(item)
  }
}

/** Ada is shown a false log, and Chi writes what is falsified in it. */
const toAda =
  (falsify: () => Falsify): Trick =>
  async (stage) => {
    stage.shows('Ada', falsify())
    await stage.writes('Chi')
  }

/** The envelope with one bit turned in what is sealed. */
function altered(envelope: Uint8Array | undefined): Uint8Array {
  const changed = new Uint8Array(envelope ?? [])
  changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1
  return changed
}

/** The first entry, and the next one, change places. */
function swapping(): Falsify {
  const held: LogItem[] = []
  let isDone = false
  return (item) => {
    if (isDone || !isEntry(item)) return [item]
    if (held.push(item) < 2) return []
    isDone = true
    return held.reverse()
  }
}

/** Shows from now on what Ada writes herself, and nothing else. */
function onlyAdas(stage: Stage): Falsify {
  const hers: Uint8Array[] = []
  const { rules } = stage.actor('Ada').eve
  rules.sends = (message) => {
    if (message.type === 'append') hers.push(message.envelope)
    return message
  }
  return (item) => (hers.some((one) => Buffer.from(one).equals(item.envelope ?? new Uint8Array())) ? [item] : [])
}

export const LOG_TRICKS: Readonly<Record<string, Trick>> = {
  'leaves-out': toAda(() => onlyFirst(isEntry, () => [])),
  'leaves-a-gap': async (stage) => {
    stage.actor('Ada').eve.rules.receives = (message, { space }) =>
      message.type === 'items' && space === stage.world.room
        ? { ...message, items: message.items.filter((item) => !isEntry(item) || item.n % 2 === 0) }
        : message
    await stage.writes('Chi')
    await stage.writes('Chi')
  },
  'hash-of-an-entry': toAda(() => onlyFirst(isEntry, (item) => [{ ...item, envelope: undefined }])),
  'hash-of-words': toAda(() => onlyFirst(isWords, (item) => [{ ...item, envelope: undefined }])),
  'hash-of-a-header': async (stage) => {
    stage.shows(
      'Ada',
      onlyFirst(isHeader, (item) => [{ ...item, envelope: undefined }]),
    )
    await stage.nextChapter()
  },
  alters: toAda(() => onlyFirst(isEntry, (item) => [{ ...item, envelope: altered(item.envelope) }])),
  'alters-with-hash': toAda(() => onlyFirst(isEntry, ({ envelope }) => [itemOf(altered(envelope))])),
  reorders: async (stage) => {
    stage.shows('Ada', swapping())
    await stage.writes('Chi')
    await stage.writes('Chi')
  },
  replays: toAda(() => onlyFirst(isEntry, (item) => [item, item])),
  'replays-to-all': async (stage) => {
    for (const name of ['Fay', 'Ada', 'Chi'] as const)
      stage.shows(
        name,
        onlyFirst(isEntry, (item) => [item, item]),
      )
    await stage.writes('Chi')
  },
  delays: async (stage) => {
    const { eve } = stage.actor('Ada')
    eve.rules.receives = (message, { space }) =>
      message.type === 'items' && space === stage.world.room ? undefined : message
    await stage.writes('Chi')
    eve.rules.receives = undefined
    eve.cut()
  },
  'promises-more': async (stage) => {
    stage.actor('Ada').eve.rules.receives = (message, { space }) =>
      message.type === 'items' && space === stage.world.room ? { ...message, items: [] } : message
    await stage.writes('Chi')
  },
  freezes: async (stage) => {
    const { eve, dialogue } = stage.actor('Ada')
    let head = 0
    let isFrozen = false
    eve.rules.receives = (message, { space }) => {
      if (space !== stage.world.room) return message
      if (!isFrozen && (message.type === 'entered' || message.type === 'items')) head = message.head
      if (message.type === 'entered') return { ...message, head }
      return message.type === 'items' && message.head > head ? undefined : message
    }
    eve.cut()
    dialogue.retryNow()
    await until(dialogue, 'Ada is back', ({ isLive }) => head > 0 && isLive)
    isFrozen = true
    await stage.writes('Chi')
  },
  isolates: async (stage) => {
    stage.shows('Ada', onlyAdas(stage))
    await stage.writes('Chi')
  },
}
