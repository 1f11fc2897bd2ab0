import type { Facts, Refusal } from './activity.ts'
import { err, ok, type Result } from './result.ts'
import type { RoundKey } from './round-key.ts'
import { match, type Shape, text } from './shape.ts'
import type { Said, SpaceState } from './state.ts'

/** What shows a text in another order than it is written in (UAX 9); the marks U+200E and U+200F do not. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g

/**
 * What somebody typed or pasted, as a text of the core may be: without control characters but line breaks, halves of
 * characters, what reorders it, and outer space. It may still be empty or too long.
 */
export const cleanText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(REORDERING, '')
    .replace(/[^\P{Cc}\n]|\p{Cs}/gu, ' ')
    .trim()

/** Longest words that travel apart from their event, in Unicode code points. */
export const MAX_WORDS_CHARS = 600

/** What an event names words by that travel apart from it: a commitment to them, 43 characters of base64url (DG15). */
export type WordsRef = string & { readonly brand: 'WordsRef' }
export const wordsRefShape: Shape<WordsRef> = match<WordsRef>(/^[A-Za-z0-9_-]{43}$/, 'what words are named by')

const wordsShape = text(MAX_WORDS_CHARS)

/** What somebody typed, cleaned and named for an event; or why it cannot be said (DG11). `key`: of the round that it is for. */
export function sayable(typed: string, facts: Facts, key?: RoundKey): Result<WordsRef, Refusal> {
  const words = cleanText(typed)
  if (words === '') return err({ code: 'empty' })
  return wordsShape.read(words, '').ok ? ok(facts.say(words, key)) : err({ code: 'bad-shape' })
}

/** Kept in parts by the key's first character, so that adding one copies a part and not all: replaying stays linear. */
type InParts<T> = Readonly<Record<string, Readonly<Record<string, T>>>>

/** What people wrote in a space, by the id of what they wrote: the text itself, or what its words are named by. */
export type WrittenTexts = InParts<string | { readonly ref: WordsRef }>

/** Words that this device has, by what events name them by. */
export type KnownWords = InParts<string>

const partOf = (key: string): string => key.slice(0, 1)

function withAdded<T>(parts: InParts<T>, added: Readonly<Record<string, T>>): InParts<T> {
  let all = parts
  for (const [key, value] of Object.entries(added)) {
    all = { ...all, [partOf(key)]: { ...all[partOf(key)], [key]: value } }
  }
  return all
}

function without<T>(parts: InParts<T>, key: string): InParts<T> {
  const { [key]: _, ...others } = parts[partOf(key)] ?? {}
  return { ...parts, [partOf(key)]: others }
}

/** The text of that id, or undefined where this device may not read it or there is none. */
export function textIn(space: Pick<SpaceState, 'texts' | 'words'> | undefined, id: string): string | undefined {
  const written = space?.texts[partOf(id)]?.[id]
  return typeof written === 'object' ? space?.words[partOf(written.ref)]?.[written.ref] : written
}

/** Every text of a space that this device may read, with its id; in no order that means anything. */
export const textsIn = (space: Pick<SpaceState, 'texts' | 'words'>): readonly (readonly [id: string, text: string])[] =>
  Object.values(space.texts).flatMap((part) =>
    Object.keys(part).flatMap((id) => {
      const text = textIn(space, id)
      return text === undefined ? [] : [[id, text] as const]
    }),
  )

/** What everything written in a space names its words by. */
export const wordsNamedIn = ({ texts }: Pick<SpaceState, 'texts'>): ReadonlySet<WordsRef> =>
  new Set(
    Object.values(texts).flatMap((part) =>
      Object.values(part).flatMap((written) => (typeof written === 'object' ? [written.ref] : [])),
    ),
  )

type AddedTexts = Parameters<typeof withAdded<WrittenTexts[string][string]>>[1]

/** The texts with others added, or put in the place of those with the same id. */
export const withTexts = (texts: WrittenTexts, added: AddedTexts): WrittenTexts => withAdded(texts, added)

/** The space with texts added, as of the chapter that it is in now. */
export const withWritten = (space: SpaceState, added: AddedTexts): SpaceState => ({
  ...space,
  texts: withTexts(space.texts, added),
  now: { ...space.now, texts: [...space.now.texts, ...Object.keys(added)] },
})

/** What is in lists that nothing is written to: words are asked for far more often than any are dropped. */
const known = new WeakMap<readonly WordsRef[], ReadonlySet<WordsRef>>()

function isIn(list: readonly WordsRef[], ref: WordsRef): boolean {
  const all = known.get(list) ?? new Set(list)
  known.set(list, all)
  return all.has(ref)
}

/**
 * The space with words that this device has come to know, before or after the event that names them. Words that nobody's
 * device would have sent (DG1) are not taken: no rule depends on them, so whoever lacks them judges alike.
 */
export const withWords = (space: SpaceState, ref: WordsRef, words: string): SpaceState =>
  wordsShape.read(words, '').ok && !isIn(space.dropped, ref)
    ? {
        ...space,
        words: withAdded(space.words, { [ref]: words }),
        now: { ...space.now, words: [...space.now.words, ref] },
      }
    : space

/** The space without what was written under an id: its words are to be forgotten wherever they are kept. */
export function withoutText(space: SpaceState, id: string): SpaceState {
  const written = space.texts[partOf(id)]?.[id]
  if (typeof written !== 'object') return space
  const { texts, words, dropped } = space
  return {
    ...space,
    texts: without(texts, id),
    words: without(words, written.ref),
    dropped: [...dropped, written.ref],
  }
}

/**
 * The space without anything that was written in some chapters (DX5): its texts, and the words of those, in whatever
 * chapter they have come and however often. What something that is left names as well stays.
 */
export function withoutSaid(space: SpaceState, gone: readonly Said[]): SpaceState {
  const again = new Set([space.now, ...Object.values(space.said)].flatMap(({ texts }) => texts))
  const ids = gone.flatMap(({ texts }) => texts).filter((id) => !again.has(id))
  const texts = ids.reduce(without, space.texts)
  const named = wordsNamedIn({ texts })
  const isOver = (ref: WordsRef): boolean => !named.has(ref)
  const lost = ids.flatMap((id) => refOf(space, id)).filter(isOver)
  const unsaid = gone.flatMap(({ words }) => words).filter(isOver)
  return {
    ...space,
    texts,
    words: [...lost, ...unsaid].reduce(without, space.words),
    dropped: [...space.dropped, ...lost],
  }
}

function refOf({ texts }: Pick<SpaceState, 'texts'>, id: string): readonly WordsRef[] {
  const written = texts[partOf(id)]?.[id]
  return typeof written === 'object' ? [written.ref] : []
}
