// Small repositories, made for one test and gone after it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/**
 * Writes files into a new folder.
 * @param {Record<string, string | object>} files path → text, or what is written as JSON
 * @returns {string} the folder
 */
export function makeTree(files) {
  const root = mkdtempSync(join(tmpdir(), 'antechamber-tree-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return root
}

/** What is wrong, without where. @param {readonly import('../lib/repo.mjs').Finding[]} findings */
export const problems = (findings) => findings.map(({ problem }) => problem)
