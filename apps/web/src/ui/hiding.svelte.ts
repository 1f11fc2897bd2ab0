const TWICE_MS = 700

let hidden = $state(false)
let lastEscape = Number.NEGATIVE_INFINITY

/** Quick hide: one act, and the screen shows nothing. Reading `hidden` in a component follows it. */
export const hiding = {
  get hidden(): boolean {
    return hidden
  },
  hide(): void {
    hidden = true
  },
  show(): void {
    hidden = false
  },
}

/** Hides the page when Escape is pressed twice in a row. While hidden, Escape does nothing, however often it comes. */
export function watchEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape') return
  if (hidden) {
    event.preventDefault()
    return
  }
  if (event.repeat) return
  if (event.timeStamp - lastEscape < TWICE_MS) hidden = true
  lastEscape = event.timeStamp
}
