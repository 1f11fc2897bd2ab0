/** Fences off a text whose direction is not ours to know, such as a name inside a sentence (Unicode FSI and PDI). */
export const isolate = (text: string): string => `\u2068${text}\u2069`
