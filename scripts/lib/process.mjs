// Starting other programs. Only what Node itself brings: this runs before anything is installed.
import { spawn } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

const WINDOWS = process.platform === 'win32'
export const NPM = WINDOWS ? 'npm.cmd' : 'npm'

/**
 * @typedef {object} Ended
 * @property {number} code exit code; 1 if a signal ended it, 127 if it could not be started
 * @property {string} output both streams as they came; empty when `show` is set
 */

/**
 * Runs a program to its end and never throws.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, show?: boolean }} [options] `show`: straight to this terminal
 * @returns {Promise<Ended>}
 */
export function run(program, args, { env = {}, show = false } = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: repoRoot,
      env: { ...process.env, ...env },
      shell: WINDOWS && program.endsWith('.cmd'),
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => done({ code: 127, output: output + error.message }))
    child.on('close', (code) => done({ code: exitOf(code), output }))
  })
}

/**
 * What a program that stood in the place of this one came to.
 * @param {number | null} code null if a signal ended it
 */
export const exitOf = (code) => code ?? 1

/** @param {string} text */
export const say = (text) => console.log(text)
