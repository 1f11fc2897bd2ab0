import { SIDE_MARKS, type Side, type SideId, type SideMark } from '@antechamber/core'

/** How a side looks wherever it appears. */
export interface SideLook {
  /** The place of its mark among all marks, from 0: see {@link lookOf}. */
  readonly index: number
  /** The name the sides agreed on for it, as typed. */
  readonly name: string
}

/** Outlines on a grid of 24, each of about the same area, so that no side looks bigger. */
const SHAPES: Readonly<Record<SideMark, string>> = {
  circle: 'M12 3.2a8.8 8.8 0 1 1 0 17.6a8.8 8.8 0 1 1 0-17.6z',
  square: 'M4.2 4.2h15.6v15.6H4.2z',
  triangle: 'M12 2.2L23 21H1z',
  diamond: 'M12 1.2L22.8 12L12 22.8L1.2 12z',
  hexagon: 'M7 3.3h10l5 8.7l-5 8.7H7L2 12z',
  pentagon: 'M12 2L22.4 9.6L18.4 21.6H5.6L1.6 9.6z',
  octagon: 'M8.2 2.9h7.6l5.3 5.3v7.6l-5.3 5.3H8.2l-5.3-5.3V8.2z',
  trapezoid: 'M6.6 4.6h10.8L23 19.8H1z',
}

/** Hatchings to be cut to the shape, so that sides differ without any colour. */
const PATTERNS: Readonly<Record<SideMark, string>> = {
  circle: 'M-4 16L16-4M0 20L20 0M4 24L24 4M8 28L28 8M-8 12L12-8M12 32L32 12',
  square: 'M0 6h24M0 10.5h24M0 15h24M0 19.5h24',
  triangle: 'M0 12h24M12 0v24',
  diamond: 'M6 0v24M10 0v24M14 0v24M18 0v24',
  hexagon: 'M-4 14L14-4M2 22L22 2M10 28L28 10M28 14L10-4M22 22L2 2M14 28L-4 10',
  pentagon: 'M28 16L8-4M24 20L4 0M20 24L0 4M16 28L-4 8M32 12L12-8M12 32L-8 12',
  octagon: 'M0 4h24M0 8h24M0 12h24M0 16h24M0 20h24',
  trapezoid: 'M4 0v24M8 0v24M12 0v24M16 0v24M20 0v24',
}

/** Outline, hatching and tone of a mark. The tone is a custom property of tokens.css. */
export function lookOf(index: number): { readonly shape: string; readonly pattern: string; readonly tone: string } {
  const at = index % SIDE_MARKS.length
  const mark = SIDE_MARKS[at] ?? 'circle'
  return { shape: SHAPES[mark], pattern: PATTERNS[mark], tone: `var(--side-${at})` }
}

/** How a side of a dialogue looks: by the mark that its convenor gave it. */
export const lookOfSide = ({ mark, name }: Pick<Side, 'mark' | 'name'>): SideLook => ({
  index: SIDE_MARKS.indexOf(mark),
  name,
})

/** The same by the side's id; undefined where there is none, as with facilitators. */
export function findSideLook(sides: readonly Side[], id: SideId | undefined): SideLook | undefined {
  const side = sides.find((one) => one.id === id)
  return side && lookOfSide(side)
}
