import type { ChapterMark } from '../destruction/events.ts'
import type { Governing } from '../state.ts'

/**
 * A chapter as people know it: by the visit of a stage that it began in; in a caucus, by when it was opened. `part`: which
 * of that visit's chapters it is, from 1, where there are several.
 */
export type ChapterName = Pick<ChapterMark, 'visit' | 'at'> & { readonly part?: number }

/** What each chapter that a space remembers is called, by its header. */
export function namesOf({ chapters }: Pick<Governing, 'chapters'>): ReadonlyMap<string, ChapterName> {
  const counts = new Map<string | undefined, number>()
  const places = chapters.map(({ visit }) => {
    const place = (counts.get(visit) ?? 0) + 1
    counts.set(visit, place)
    return place
  })
  return new Map(
    chapters.map(({ header, visit, at }, i) => [
      header,
      {
        ...(visit !== undefined && { visit }),
        ...(at !== undefined && { at }),
        ...(visit !== undefined && counts.get(visit) !== 1 && { part: places[i] as number }),
      },
    ]),
  )
}
