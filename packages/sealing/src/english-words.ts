/** Alone in its file, so that a bundler makes a chunk of it. 2,048 words, told apart by their first four letters. */
export { wordlist } from '@scure/bip39/wordlists/english.js'
