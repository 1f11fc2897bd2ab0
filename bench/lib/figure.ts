/** One figure: the median over `runs`, with the smallest and the greatest. */
export interface Figure {
  readonly name: string
  readonly unit: 'per second' | 'ms' | 's' | 'bytes' | 'KB' | 'MB'
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

const DIGITS: { readonly [U in Figure['unit']]: number } = { 'per second': 0, ms: 3, s: 1, bytes: 0, KB: 1, MB: 1 }

/** The value below which `share` of them lie; `values` in any order. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** The figure of some runs' values. */
export function figure(name: string, unit: Figure['unit'], values: readonly number[]): Figure {
  const round = (value: number): number => Number(value.toFixed(DIGITS[unit]))
  const [median, min, max] = [quantile(values, 0.5), Math.min(...values), Math.max(...values)]
  return { name, unit, median: round(median), min: round(min), max: round(max), runs: values.length }
}
