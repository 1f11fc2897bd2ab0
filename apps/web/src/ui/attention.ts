/** Brings an element into sight, and a screen reader to it. What moves the page by itself moves at once where motion is not wanted. */
export function bringIntoSight(element: HTMLElement | null | undefined): void {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  element?.focus({ preventScroll: true })
  element?.scrollIntoView({ block: 'start', behavior: isStill ? 'instant' : 'smooth' })
}

/** Whether any of an element can be seen in the window as it is scrolled now. */
export function isInSight(element: HTMLElement | null | undefined): boolean {
  const box = element?.getBoundingClientRect()
  return box !== undefined && box.bottom > 0 && box.top < innerHeight
}

/** Whether somebody is writing on the page: then nothing may be moved under their hands. */
export const isTyping = (): boolean => document.activeElement?.matches('textarea, input[type="text"]') ?? false
