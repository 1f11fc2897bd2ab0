/** What an exploration has found wrong. */
export class Fault extends Error {
  override readonly name = 'Fault'
}

/** @throws Fault with these words, unless it holds */
export function must(holds: boolean, rule: string, ...about: readonly unknown[]): asserts holds {
  if (!holds) throw new Fault(`${rule}: ${about.map((one) => JSON.stringify(one)).join(' ')}`)
}
