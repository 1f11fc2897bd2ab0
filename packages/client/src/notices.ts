import type { CommandQueue } from './command-queue.ts'
import type { DeviceWatch } from './device-watch.ts'
import type { FailureCode } from './errors.ts'
import type { Spaces } from './spaces.ts'
import type { AnyCommand, Notice } from './status.ts'

/** What a failure kept from going on. Each has at most one failure to tell, until it goes well again. */
export type Doing = 'entering' | 'queue' | 'keeping' | 'inviting' | 'leaving'

/** What has gone wrong last, by what it was done for. */
export class Failures {
  readonly #codes = new Map<Doing, FailureCode>()

  /** Undefined: it goes well again. Returns whether this is news. */
  set(doing: Doing, code: FailureCode | undefined): boolean {
    if (this.#codes.get(doing) === code) return false
    if (code === undefined) this.#codes.delete(doing)
    else this.#codes.set(doing, code)
    return true
  }

  /** Each code once. */
  get codes(): readonly FailureCode[] {
    return [...new Set(this.#codes.values())]
  }
}

const TOO_OLD: readonly FailureCode[] = ['client-too-old', 'relay-too-old']

/** All that a person must be told beside the dialogue itself. */
export function noticesOf(
  spaces: Spaces,
  queue: CommandQueue<AnyCommand>,
  failures: Failures,
  watch: DeviceWatch,
): readonly Notice[] {
  // A leg that stops is told where it is: it must not stop the room.
  const stopped = spaces.main.flatMap((space): Notice[] => {
    const why = spaces.stopOf(space)
    return why ? [{ code: 'stopped', space: space.name, why }] : []
  })
  const refused = queue.pending.flatMap(({ id, command, refusal }): Notice[] =>
    refusal === undefined ? [] : [{ code: 'refused', id, why: refusal, command }],
  )
  const forks = spaces.all.flatMap((space) =>
    space.forks.map((by): Notice => ({ code: 'fork', space: space.name, by })),
  )
  // A connection that is lost comes back by itself; one that is refused for its version needs somebody to do something.
  const versions = spaces.all.flatMap(({ lost }) => (lost !== undefined && TOO_OLD.includes(lost) ? [lost] : []))
  const failed = [...new Set([...versions, ...failures.codes])].map((why): Notice => ({ code: 'failed', why }))
  const unconfirmed: readonly Notice[] = spaces.isUnconfirmed ? [{ code: 'unconfirmed' }] : []
  const planted = spaces.all.flatMap((space) =>
    [...space.planters].map((by): Notice => ({ code: 'planted', space: space.name, by })),
  )
  const devices = watch.news.map((news): Notice => ({ code: 'devices', ...news }))
  return [...stopped, ...unconfirmed, ...forks, ...planted, ...devices, ...refused, ...failed]
}
