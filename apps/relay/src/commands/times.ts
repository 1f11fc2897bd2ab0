const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

/** A moment for a person at a terminal: `2026-11-22 10:04 UTC`. */
export const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** How long something took place ago, roughly: `3 days`. */
export function ageOf(ms: number): string {
  const [count, unit] = ms >= 2 * DAY_MS ? [Math.floor(ms / DAY_MS), 'days'] : [Math.floor(ms / HOUR_MS), 'hours']
  return count < 2 ? 'less than two hours' : `${count} ${unit}`
}

/** A number of things: `1 space`, `2 spaces`. */
export const countOf = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`
