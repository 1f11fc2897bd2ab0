import type { Clock } from '../clock.ts'

/** A clock that stands still until it is told. */
export interface TestClock extends Clock {
  /** Moves the time; what has come due meanwhile runs once, as after a machine's sleep. */
  advance(ms: number): void
}

export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start
  const tasks = new Set<{ readonly everyMs: number; dueAt: number; readonly task: () => void }>()
  return {
    now: () => now,
    repeat: (everyMs, task) => {
      const entry = { everyMs, dueAt: now + everyMs, task }
      tasks.add(entry)
      return () => tasks.delete(entry)
    },
    advance: (ms) => {
      now += ms
      for (const entry of [...tasks].filter(({ dueAt }) => dueAt <= now)) {
        entry.dueAt = now + entry.everyMs
        entry.task()
      }
    },
  }
}
