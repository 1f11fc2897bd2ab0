/** Why a code did not open anything. `words` is for somebody who has typed several, and so was given a code. */
export type CodeProblem =
  | { readonly code: 'unknown' }
  | { readonly code: 'words'; readonly words: number }
  | { readonly code: 'offline' }
