/** How many words a list has: each word carries eleven bits. */
export const LIST_WORDS = 2048

/**
 * The word list of a language, 2,048 words in their fixed order; undefined where there is none yet.
 *
 * @param language a BCP 47 tag; only its first part counts
 */
export async function loadWordList(language: string): Promise<readonly string[] | undefined> {
  if (language.toLowerCase().split('-')[0] !== 'en') return undefined
  const { wordlist } = await import('./english-words.ts')
  return wordlist
}
