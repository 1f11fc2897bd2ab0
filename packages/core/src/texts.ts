import type { SpaceState } from './state.ts'

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

/**
 * What people wrote in a space, by the id of what they wrote. It is kept in parts by the id's first character, so that
 * adding one text copies a part and not all: replaying a log stays linear in practice.
 */
export type WrittenTexts = Readonly<Record<string, Readonly<Record<string, string>>>>

const partOf = (id: string): string => id.slice(0, 1)

/** The text of that id, or undefined where this device may not read it or there is none. */
export const textIn = (space: Pick<SpaceState, 'texts'> | undefined, id: string): string | undefined =>
  space?.texts[partOf(id)]?.[id]

/** Every text of a space with its id, in no order that means anything but that of writing within equal first characters. */
export const textsIn = ({ texts }: Pick<SpaceState, 'texts'>): readonly (readonly [id: string, text: string])[] =>
  Object.values(texts).flatMap((part) => Object.entries(part))

/** The texts with others added, or put in the place of those with the same id. */
export function withTexts(texts: WrittenTexts, added: Readonly<Record<string, string>>): WrittenTexts {
  let all = texts
  for (const [id, text] of Object.entries(added)) {
    all = { ...all, [partOf(id)]: { ...all[partOf(id)], [id]: text } }
  }
  return all
}
