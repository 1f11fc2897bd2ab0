/** Two different places in a list of so many, the earlier one first: which of the words on a paper are asked for. */
export function twoPlaces(length: number, random: () => number = drawUnit): readonly [number, number] {
  const first = Math.floor(random() * length)
  const second = (first + 1 + Math.floor(random() * (length - 1))) % length
  return first < second ? [first, second] : [second, first]
}

/** Whether somebody has typed this word, or its digits, however they wrote them. */
export const isSameWord = (word: string, typed: string): boolean => plain(typed) === plain(word)

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15))

/** From 0 up to, and without, 1. */
const drawUnit = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
