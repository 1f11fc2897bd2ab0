/** Alone in its file, so that a bundler makes a chunk of it that holds this one algorithm. */
export { argon2id } from 'hash-wasm'
