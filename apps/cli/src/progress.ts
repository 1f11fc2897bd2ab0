const WIDTH = 28
const EVERY_MS = 100

/** A line on the terminal that shows how far something is. */
export interface Progress {
  /** One more step is done. */
  readonly step: () => void
  /** What is being done now. */
  readonly now: (what: string) => void
  /** Takes the line away, so that something else can be written; the next step shows it again. */
  readonly hide: () => void
}

const SILENT: Progress = { step: () => undefined, now: () => undefined, hide: () => undefined }

/**
 * Shows progress on a terminal; where the stream is none, shows nothing.
 *
 * @param total how many steps there are
 */
export function showProgress(stream: NodeJS.WriteStream, total: number): Progress {
  if (!stream.isTTY) return SILENT
  let done = 0
  let what = ''
  let shownAt = Number.NEGATIVE_INFINITY
  let isShown = false
  const draw = (): void => {
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const filled = Math.round(share * WIDTH)
    const line = `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} %  ${what}`
    stream.write(`\r\u001b[2K${line.slice(0, Math.max(10, (stream.columns || 80) - 1))}`)
    shownAt = performance.now()
    isShown = true
  }
  return {
    step: () => {
      done += 1
      if (performance.now() - shownAt >= EVERY_MS) draw()
    },
    now: (next) => {
      what = next
      draw()
    },
    hide: () => {
      if (isShown) stream.write('\r\u001b[2K')
      isShown = false
    },
  }
}
