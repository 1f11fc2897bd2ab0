import { visibleText } from '@antechamber/core'

/**
 * What leaves the room: lines that every side cleared, and nothing about who said them, where or when.
 * All texts are in one language, ready to be read; whoever makes a brief has translated what the product itself says.
 */
export interface Brief {
  /** Never: a title would be one more thing that nobody cleared. */
  readonly title?: never
  readonly heading: string
  /** Says that everybody spoke in a personal capacity (R06). */
  readonly notice: string
  /** Exactly as cleared, in the order in which they shall stand: nothing is in a cleared line that is not seen (BR1). */
  readonly lines: readonly string[]
  /** The sentence that stands there when no line was cleared. */
  readonly empty: string
  /** BCP 47, such as `ar` or `en-GB`. */
  readonly language: string
}

/** A brief whose texts hold only what a reader can see. */
export interface VisibleBrief {
  readonly heading: string
  readonly notice: string
  readonly lines: readonly string[]
  readonly isEmpty: boolean
  readonly language: string
  readonly direction: Direction
}

export type Direction = 'ltr' | 'rtl'

const RTL_LANGUAGES = 'ar arc ckb dv fa he iw ji ks nqo prs ps sd syr ug ur yi'.split(' ')
const RTL_SCRIPT = /^(Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa)$/i
const RTL_LETTER =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

/** How a language is written, by its script subtag where it has one. */
export function directionOfLanguage(language: string): Direction {
  const [primary = '', ...rest] = language.split('-')
  const script = rest.find((part) => /^[A-Za-z]{4}$/.test(part))
  const isRtl = script ? RTL_SCRIPT.test(script) : RTL_LANGUAGES.includes(primary.toLowerCase())
  return isRtl ? 'rtl' : 'ltr'
}

/** How one letter runs; undefined for what runs as its neighbours do (digits, marks, punctuation). */
export function directionOfLetter(letter: string): Direction | undefined {
  if (!/\p{L}/u.test(letter)) return undefined
  return RTL_LETTER.test(letter) ? 'rtl' : 'ltr'
}

/** How a text runs: as its first letter does. */
export function directionOfText(text: string, fallback: Direction): Direction {
  const first = text.match(/\p{L}/u)
  return (first && directionOfLetter(first[0])) ?? fallback
}

const oneLine = (text: string): string => visibleText(text).replaceAll('\n', ' ')

/** What the files are made from. A line of which nothing can be seen is left out. */
export function visibleBrief({ heading, notice, lines, empty, language }: Brief): VisibleBrief {
  const seen = lines.map(visibleText).filter((line) => line !== '')
  const tag = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$/.test(language) ? language : 'und'
  return {
    heading: oneLine(heading),
    notice: oneLine(notice),
    lines: seen.length > 0 ? seen : [visibleText(empty)],
    isEmpty: seen.length === 0,
    language: tag,
    direction: directionOfLanguage(tag),
  }
}
