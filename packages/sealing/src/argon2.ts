import { utf8 } from '@antechamber/protocol'

const MEMORY_KIB = 64 * 1024
const PASSES = 3

/**
 * argon2id with 64 MiB, 3 passes, 1 lane: makes guessing something short expensive. Costs about 0.3 s; in a browser it
 * needs the CSP source 'wasm-unsafe-eval'.
 */
export async function slowHash(secret: Uint8Array, salt: string, length: number): Promise<Uint8Array> {
  const { argon2id } = await import('./argon2-wasm.ts')
  return argon2id({
    password: secret,
    salt: utf8(salt),
    iterations: PASSES,
    memorySize: MEMORY_KIB,
    parallelism: 1,
    hashLength: length,
    outputType: 'binary',
  })
}
