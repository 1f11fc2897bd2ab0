import { crc32 } from 'node:zlib'
import { concat, err, ok, type Result } from '@antechamber/protocol'
import type { StoreChange } from '../ports.ts'

const MAGIC = 0x5a
const VERSION = 1
/** magic u8 · version u8 · state u8 · five zeros. Source: docs/spec/store.md. */
export const FILE_HEADER_BYTES = 8
/** Where the state stands in the file. */
export const STATE_AT = 2
export const LIVE = 0
/** Wiping had begun: whoever opens the file finishes it. */
export const WIPING = 1

/** length u32 · number u32 · CRC-32 of the body · CRC-32 of these twelve bytes; then the body. */
const FRAME_HEADER_BYTES = 16
const DELETE = 0
const PUT = 1

export const fileHeader = (state = LIVE): Uint8Array => Uint8Array.of(MAGIC, VERSION, state, 0, 0, 0, 0, 0)

/** What one record costs in a file, not counting the frame around it. */
export const costOf = (name: string, bytes: Uint8Array): number => 6 + name.length + bytes.length

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function encodeChange({ name, bytes }: StoreChange): Uint8Array[] {
  const start = new Uint8Array(2 + name.length + (bytes ? 4 : 0))
  start[0] = bytes ? PUT : DELETE
  start[1] = name.length
  for (let i = 0; i < name.length; i++) start[2 + i] = name.charCodeAt(i)
  if (!bytes) return [start]
  viewOf(start).setUint32(2 + name.length, bytes.length)
  return [start, bytes]
}

/**
 * One frame: all its changes or, when it is cut short, none.
 *
 * @param number how many frames stand before it in the file
 */
export function encodeFrame(number: number, changes: readonly StoreChange[]): Uint8Array {
  const body = concat(...changes.flatMap(encodeChange))
  const header = new Uint8Array(FRAME_HEADER_BYTES)
  const view = viewOf(header)
  view.setUint32(0, body.length)
  view.setUint32(4, number)
  view.setUint32(8, crc32(body))
  view.setUint32(12, crc32(header.subarray(0, 12)))
  return concat(header, body)
}

interface FrameHeader {
  readonly bodyLength: number
  readonly number: number
  readonly bodyCheck: number
}

function readFrameHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  if (at + FRAME_HEADER_BYTES > bytes.length) return undefined
  const header = bytes.subarray(at, at + FRAME_HEADER_BYTES)
  const view = viewOf(header)
  if (view.getUint32(12) !== crc32(header.subarray(0, 12))) return undefined
  return { bodyLength: view.getUint32(0), number: view.getUint32(4), bodyCheck: view.getUint32(8) }
}

function decodeChanges(body: Uint8Array): StoreChange[] | undefined {
  const view = viewOf(body)
  const changes: StoreChange[] = []
  let at = 0
  while (at < body.length) {
    const [kind, nameLength] = [body[at], body[at + 1]]
    if (nameLength === undefined || (kind !== PUT && kind !== DELETE)) return undefined
    const name = String.fromCharCode(...body.subarray(at + 2, at + 2 + nameLength))
    at += 2 + nameLength
    if (kind === PUT && at + 4 > body.length) return undefined
    const length = kind === PUT ? view.getUint32(at) : 0
    if (kind === PUT) at += 4
    if (at + length > body.length) return undefined
    // A copy of its own, so that a deleted record does not keep the whole file in memory.
    changes.push({ name, bytes: kind === PUT ? new Uint8Array(body.subarray(at, at + length)) : undefined })
    at += length
  }
  return changes
}

/** A whole frame at `at`, or undefined. */
function readFrame(bytes: Uint8Array, at: number): { changes: StoreChange[]; number: number; end: number } | undefined {
  const header = readFrameHeader(bytes, at)
  if (!header) return undefined
  const end = at + FRAME_HEADER_BYTES + header.bodyLength
  const body = bytes.subarray(at + FRAME_HEADER_BYTES, end)
  if (end > bytes.length || crc32(body) !== header.bodyCheck) return undefined
  const changes = decodeChanges(body)
  return changes && { changes, number: header.number, end }
}

/**
 * Tells a write that was cut short from damage. Every frame is synced before the next one is written, so a torn
 * write is the last thing in a file; where a whole frame still follows, something else happened.
 */
function isTorn(bytes: Uint8Array, at: number, number: number): boolean {
  const header = readFrameHeader(bytes, at)
  if (header && (header.number !== number || at + FRAME_HEADER_BYTES + header.bodyLength < bytes.length)) return false
  for (let later = at + 1; later < bytes.length; later++) if (readFrame(bytes, later)) return false
  return true
}

/** What a file holds. Behind `end` there is nothing, or a write that was cut short. */
export interface FileContents {
  readonly state: number
  readonly records: Map<string, Uint8Array>
  readonly end: number
  readonly frames: number
  /** Whether the bytes of something that was replaced or deleted are still in the file. */
  readonly hasDead: boolean
}

export type FileFault =
  | { readonly code: 'damaged'; readonly at: number }
  | { readonly code: 'unknown-version'; readonly version: number }

/** Carries out one change; tells whether it left an older record's bytes dead in the file. */
export function applyChange(records: Map<string, Uint8Array>, { name, bytes }: StoreChange): boolean {
  const hadOne = records.delete(name)
  if (bytes) records.set(name, bytes)
  return hadOne
}

/** Reads a whole file. Cost: O(bytes); O(bytes of the tail) more when it does not end with a whole frame. */
export function readFile(bytes: Uint8Array): Result<FileContents, FileFault> {
  const [magic, version, state] = bytes
  if (magic !== MAGIC || bytes.length < FILE_HEADER_BYTES) return err({ code: 'damaged', at: 0 })
  if (version !== VERSION) return err({ code: 'unknown-version', version: version as number })
  const records = new Map<string, Uint8Array>()
  let frames = 0
  let end = FILE_HEADER_BYTES
  let hasDead = false
  if (state === WIPING) return ok({ state, records, end: bytes.length, frames, hasDead })
  if (state !== LIVE) return err({ code: 'damaged', at: STATE_AT })
  for (let frame = readFrame(bytes, end); frame?.number === frames; frame = readFrame(bytes, end)) {
    for (const change of frame.changes) if (applyChange(records, change)) hasDead = true
    frames++
    end = frame.end
  }
  if (end < bytes.length && !isTorn(bytes, end, frames)) return err({ code: 'damaged', at: end })
  return ok({ state, records, end, frames, hasDead })
}
