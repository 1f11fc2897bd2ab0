// Reads what vitest and Playwright write about a run, and counts.

/**
 * What one suite came to. `notes` are lines that must be seen even if all is well, such as tests left out.
 * @typedef {{ passed: number, failed: number, notes: string[] }} Tally
 */

/**
 * A file that broke before its first test counts as one failure.
 * @param {any} report vitest's JSON
 * @returns {Tally}
 */
export function tallyVitest(report) {
  /** @type {Tally} */
  const tally = { passed: 0, failed: 0, notes: [] }
  for (const file of report.testResults) {
    const failedBefore = tally.failed
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') tally.passed++
      else if (status === 'failed') tally.failed++
      else tally.notes.push(`not run (${status}): ${fullName}`)
    }
    if (file.status === 'failed' && tally.failed === failedBefore) tally.failed++
  }
  return tally
}

/**
 * @param {any} report Playwright's JSON
 * @returns {Tally}
 */
export function tallyPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats
  const notes = []
  if (flaky > 0) notes.push(`${flaky} passed only at a second attempt, counted as failed`)
  if (skipped > 0) notes.push(`not run: ${skipped} of the stories`)
  const broken = unexpected === 0 && report.errors.length > 0 ? 1 : 0
  return { passed: expected, failed: unexpected + flaky + broken, notes }
}

/**
 * A program that ends with an error, or without a report, has failed, whatever it managed to count.
 * @param {number} code exit code
 * @param {Tally | undefined} counted undefined: there is no report
 * @returns {Tally}
 */
export function settle(code, counted) {
  if (counted === undefined) return { passed: 0, failed: 1, notes: ['no report was written'] }
  if (code === 0 || counted.failed > 0) return counted
  return { ...counted, failed: 1, notes: [...counted.notes, `ended with exit code ${code}`] }
}
