import { type Codec, concat, decode, err, ok, type Result } from '@antechamber/protocol'

export type BodyFault = 'malformed' | 'too-large'

/** Reads a request's body, and stops at the first byte too many, whatever its headers promised (WR2). */
export async function readBody(request: Request, maxBytes: number): Promise<Result<Uint8Array, BodyFault>> {
  const promised = Number(request.headers.get('content-length') ?? 0)
  if (promised > maxBytes) return err('too-large')
  if (request.body === null) return ok(new Uint8Array())
  const parts: Uint8Array[] = []
  let length = 0
  const reader = request.body.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > maxBytes) return err('too-large')
      parts.push(next.value)
    }
  } catch {
    // The sender broke off; what came is no whole message.
    return err('malformed')
  }
  return ok(concat(...parts))
}

/** Reads a body of one format. */
export async function readMessage<T>(
  request: Request,
  codec: Codec<T>,
  maxBytes: number,
): Promise<Result<T, BodyFault>> {
  const body = await readBody(request, maxBytes)
  if (!body.ok) return body
  const message = decode(codec, body.value, maxBytes)
  return message.ok ? message : err('malformed')
}
