/** Six words, or six numbers where the language that somebody joined in has no list of words. */
export const kindOfWords = (words: readonly string[] | undefined): 'words' | 'numbers' =>
  words?.every((word) => /^[0-9]+$/.test(word)) ? 'numbers' : 'words'
