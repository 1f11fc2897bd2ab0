/** What a zip file says of one of its entries beside the content. */
export interface ZipEntry {
  readonly name: string
  /** MS-DOS date and time as they stand in the file, in the directory and in front of the content. */
  readonly stamps: readonly number[]
  /** Bytes of extra fields and comments, both places together. */
  readonly extraBytes: number
  /** Which system wrote it, and file permissions; 0 is the default of both. */
  readonly madeBy: number
  readonly attributes: number
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[]
  readonly commentBytes: number
  /** Bytes of the file that belong to no entry. */
  readonly strayBytes: number
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const CENTRAL_BYTES = 46
const LOCAL_BYTES = 30
const MAX_COMMENT_BYTES = 65_535

function findEnd(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES)
  for (let at = view.byteLength - END_BYTES; at >= first; at--) if (view.getUint32(at, true) === END) return at
  return undefined
}

/** One entry, and how many bytes of the file belong to it in both places. */
function readEntry(view: DataView, at: number): { entry: ZipEntry; centralBytes: number; localBytes: number } {
  const u16 = (offset: number): number => view.getUint16(offset, true)
  const u32 = (offset: number): number => view.getUint32(offset, true)
  const local = u32(at + 42)
  if (u32(at) !== CENTRAL || u32(local) !== LOCAL) throw new RangeError('not a zip entry')
  const nameBytes = u16(at + 28)
  const centralExtra = u16(at + 30) + u16(at + 32)
  const localExtra = u16(local + 28)
  const name = new Uint8Array(view.buffer, view.byteOffset + at + CENTRAL_BYTES, nameBytes)
  return {
    entry: {
      name: new TextDecoder().decode(name),
      stamps: [u32(at + 12), u32(local + 10)],
      extraBytes: centralExtra + localExtra,
      madeBy: u16(at + 4) >> 8,
      attributes: u32(at + 38),
    },
    centralBytes: CENTRAL_BYTES + nameBytes + centralExtra,
    localBytes: LOCAL_BYTES + u16(local + 26) + localExtra + u32(at + 20),
  }
}

/** Reads a zip file's directory; undefined when there is none that can be read. No zip64. */
export function readZipDirectory(bytes: Uint8Array): ZipDirectory | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const end = findEnd(view)
    if (end === undefined) return undefined
    const entries: ZipEntry[] = []
    const commentBytes = view.getUint16(end + 20, true)
    let used = END_BYTES + commentBytes
    let at = view.getUint32(end + 16, true)
    for (let count = view.getUint16(end + 10, true); count > 0; count--) {
      const { entry, centralBytes, localBytes } = readEntry(view, at)
      entries.push(entry)
      used += centralBytes + localBytes
      at += centralBytes
    }
    return { entries, commentBytes, strayBytes: bytes.length - used }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
