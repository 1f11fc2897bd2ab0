const JOINERS = /[\u200c\u200d]+/g
/** Writing systems in which a joiner can change what is seen; in all others it only hides something. */
const JOINING_SCRIPTS =
  'Arabic Syriac Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Khmer Myanmar'
    .split(' ')
    .map((script) => `\\p{Script=${script}}`)
    .join('')
const JOINS_BEFORE = new RegExp(
  `(?:[${JOINING_SCRIPTS}]\\p{M}*|\\p{Extended_Pictographic}\\p{Emoji_Modifier}?\\ufe0f?)$`,
  'u',
)
const JOINS_AFTER = /^[\p{L}\p{Extended_Pictographic}]/u

/** One joiner where it is seen between letters, none anywhere else. */
const keepJoiners = (text: string): string =>
  text.replace(JOINERS, (run, at: number) => {
    const before = text.slice(Math.max(0, at - 8), at)
    return JOINS_BEFORE.test(before) && JOINS_AFTER.test(text.slice(at + run.length)) ? (run[0] as string) : ''
  })

/** A variation selector counts behind an emoji only. Unassigned characters stay: which they are depends on the device. */
const STRAY_SELECTOR = /(?<!\p{Extended_Pictographic}\p{Emoji_Modifier}?)\ufe0f/gu

/**
 * Characters that are drawn as nothing at all, but for joiners and the selector of emoji. Written out instead of
 * asking for `Default_Ignorable_Code_Point`, so that a newer device finds no others than an older one.
 */
const IGNORED =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f' +
  '\\u3164\\ufe00-\\ufe0e\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}'
const UNSEEN = new RegExp(`(?!\\n)[${IGNORED}\\p{Noncharacter_Code_Point}\\p{Cc}\\p{Cs}\\p{Co}]`, 'gu')

const oneOfEachSpace = (text: string): string =>
  text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()

const breakLines = (text: string): string => text.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n').replaceAll('\t', ' ')

/**
 * Whether a text has nothing of what {@link visibleText} takes out whatever its neighbours are. Every device answers
 * alike, however new the Unicode that it knows, so the rules of a space may ask it; what depends on neighbours and on
 * composed letters is left to the devices that write a text and say yes to it.
 */
export const isPlain = (text: string): boolean => oneOfEachSpace(breakLines(text).replace(UNSEEN, '')) === text

/**
 * The text without what nobody can see: control and format characters, bidirectional marks, characters without
 * meaning, double spaces, kinds of space. All of them can carry a mark that tells whose device a text came from, and
 * some show a text in another order than it is written in. Line ends stay, one at a time.
 */
export function visibleText(text: string): string {
  const seen = breakLines(text.normalize('NFC')).replace(STRAY_SELECTOR, '').replace(UNSEEN, '')
  return oneOfEachSpace(keepJoiners(seen))
}
