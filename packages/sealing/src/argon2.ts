/** What one guess costs: argon2id with one lane. */
export interface HashCost {
  readonly memoryKib: number
  readonly passes: number
}

/** 64 MiB, 3 passes: about 0.3 s on a laptop. */
export const USUAL_COST: HashCost = { memoryKib: 64 * 1024, passes: 3 }

/**
 * argon2id, one lane: makes guessing something short expensive. In a browser it needs the CSP source
 * 'wasm-unsafe-eval', and nothing else happens on the page meanwhile.
 *
 * @param salt at least 8 bytes
 */
export async function slowHash(
  secret: Uint8Array,
  salt: Uint8Array,
  length: number,
  { memoryKib, passes }: HashCost = USUAL_COST,
): Promise<Uint8Array> {
  const { argon2id } = await import('./argon2-wasm.ts')
  return argon2id({
    password: secret,
    salt,
    iterations: passes,
    memorySize: memoryKib,
    parallelism: 1,
    hashLength: length,
    outputType: 'binary',
  })
}
