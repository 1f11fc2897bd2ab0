import type { Clock } from '../clock.ts'

/** A clock that stands still until it is told; what is due then runs at once, in the order of its time. */
export interface TestClock extends Clock {
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
      const until = now + ms
      for (;;) {
        const [next] = [...tasks].filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)
        if (next === undefined) break
        now = next.dueAt
        next.dueAt += next.everyMs
        next.task()
      }
      now = until
    },
  }
}
