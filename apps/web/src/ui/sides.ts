/** How a side looks wherever it appears: by its place in the dialogue's list of sides, from 0. */
export interface SideLook {
  readonly index: number
  /** The name the sides agreed on for it, as typed. */
  readonly name: string
}

/** Outlines on a grid of 24, each of about the same area, so that no side looks bigger. */
const SHAPES = [
  'M12 3.2a8.8 8.8 0 1 1 0 17.6a8.8 8.8 0 1 1 0-17.6z',
  'M4.2 4.2h15.6v15.6H4.2z',
  'M12 1.2L22.8 12L12 22.8L1.2 12z',
  'M7 3.3h10l5 8.7l-5 8.7H7L2 12z',
  'M12 2.2L23 21H1z',
  'M12 2L22.4 9.6L18.4 21.6H5.6L1.6 9.6z',
] as const

/** Hatchings to be cut to the shape, so that sides differ without any colour. */
const PATTERNS = [
  'M-4 16L16-4M0 20L20 0M4 24L24 4M8 28L28 8M-8 12L12-8M12 32L32 12',
  'M0 6h24M0 10.5h24M0 15h24M0 19.5h24',
  'M6 0v24M10 0v24M14 0v24M18 0v24',
  'M-4 14L14-4M2 22L22 2M10 28L28 10M28 14L10-4M22 22L2 2M14 28L-4 10',
  'M0 12h24M12 0v24',
  'M28 16L8-4M24 20L4 0M20 24L0 4M16 28L-4 8M32 12L12-8M12 32L-8 12',
] as const

/** How many sides look different from each other. From there on the looks repeat, and the label tells. */
export const SIDE_LOOKS = SHAPES.length

/** Outline, hatching and tone of a side. The tone is a custom property of tokens.css. */
export function lookOf(index: number): { readonly shape: string; readonly pattern: string; readonly tone: string } {
  const at = index % SIDE_LOOKS
  return { shape: SHAPES[at] ?? SHAPES[0], pattern: PATTERNS[at] ?? PATTERNS[0], tone: `var(--side-${at})` }
}
