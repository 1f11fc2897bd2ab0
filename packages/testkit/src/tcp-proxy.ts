import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What went over one connection, in each direction. */
export interface Recording {
  /** From the caller. What a WebSocket has masked is unmasked: a mask hides words from whoever searches, not from a relay. */
  readonly up: Uint8Array
  readonly down: Uint8Array
}

/** A way to a server of this machine on which every byte is kept. */
export interface TcpProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** What has passed so far, a connection each. */
  readonly recordings: () => readonly Recording[]
  readonly close: () => Promise<void>
}

const MASKED = 0x80
const HEAD_END = Buffer.from('\r\n\r\n')

/** The payloads of masked WebSocket frames, one after the other; a frame that is cut off is left out. */
function unmasked(frames: Buffer): Uint8Array[] {
  const payloads: Uint8Array[] = []
  for (let at = 0; at + 2 <= frames.length; ) {
    const short = (frames[at + 1] as number) & 0x7f
    const [extra, bit] = [short === 126 ? 2 : short === 127 ? 8 : 0, (frames[at + 1] as number) & MASKED]
    const maskAt = at + 2 + extra
    const start = maskAt + (bit ? 4 : 0)
    if (start > frames.length) break
    const length =
      extra === 0 ? short : extra === 2 ? frames.readUInt16BE(at + 2) : Number(frames.readBigUInt64BE(at + 2))
    if (start + length > frames.length) break
    const payload = Uint8Array.from(frames.subarray(start, start + length))
    if (bit) for (let i = 0; i < length; i++) payload[i] = (payload[i] as number) ^ (frames[maskAt + (i % 4)] as number)
    payloads.push(payload)
    at = start + length
  }
  return payloads
}

/** What a caller has sent: as it is, and from a request for a WebSocket on, the payloads alone. */
function readUp(bytes: Buffer): Uint8Array {
  const asked = /upgrade: websocket/i.exec(bytes.toString('latin1'))
  const end = asked ? bytes.indexOf(HEAD_END, asked.index) : -1
  if (end < 0) return bytes
  const frames = end + HEAD_END.length
  return Buffer.concat([bytes.subarray(0, frames), ...unmasked(bytes.subarray(frames))])
}

/** Stands between callers and the server at `port` of this machine, and keeps all that passes. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const kept: { readonly up: Buffer[]; readonly down: Buffer[] }[] = []
  const open = new Set<Socket>()
  const server = createServer((caller) => {
    const target = connect(port, '127.0.0.1')
    const streams = { up: [] as Buffer[], down: [] as Buffer[] }
    kept.push(streams)
    for (const [from, to, chunks] of [
      [caller, target, streams.up],
      [target, caller, streams.down],
    ] as const) {
      open.add(from)
      from.on('data', (chunk) => chunks.push(chunk))
      // As abrupt as it came: an end in good order would say that the other side is there.
      from.on('error', () => to.resetAndDestroy())
      from.on('close', () => {
        open.delete(from)
        to.destroySoon()
      })
      from.pipe(to)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recordings: () => kept.map(({ up, down }) => ({ up: readUp(Buffer.concat(up)), down: Buffer.concat(down) })),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

/** A port of this machine that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
