import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

const TYPES: { readonly [extension: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
/** Formats that are packed already. */
const PACKED = new Set(['.png', '.woff2', '.ico'])
const ENCODERS = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const
type Encoding = keyof typeof ENCODERS

/** Paths of the web app that are told apart on the device; all are the same page. */
const APP_PATHS = /^\/(?:desk\/?|limits\/?|i\/[^/]+\/?|d\/[^/]+(?:\/.*)?)?$/

/** For somebody who has mistyped an address: in both languages, since nothing is known of them. It tells nothing else. */
const NOTHING_HERE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Nothing here</title>
<p>There is nothing at this address. <a href="/">Were you given a code? Type it here.</a></p>
<p lang="ar" dir="rtl">لا شيء في هذا العنوان. <a href="/">هل أُعطيت رمزًا؟ اكتبه هنا.</a></p>
</html>
`

/** The answer to an address that leads nowhere, for a browser that wants to show it; undefined for any other asker. */
export function nothingHere(request: Request): Response | undefined {
  if (!request.headers.get('accept')?.includes('text/html')) return undefined
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }
  return new Response(NOTHING_HERE, { status: 404, headers })
}

interface Page {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
  readonly lasting: boolean
  readonly packed: Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>
  readonly packable: boolean
}

/** The web app's files, read once at start: they are few, and no path from outside ever reaches the disk. */
export interface Pages {
  /** The page of a path, as this request can take it, or undefined. */
  answer(path: string, request: Request): Promise<Response | undefined>
  readonly count: number
}

function readPage(path: string, name: string): Page {
  const bytes = new Uint8Array(readFileSync(path))
  return {
    bytes,
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    // Names in assets/ carry a hash of what is in them.
    lasting: name.startsWith('assets/'),
    packed: new Map(),
    packable: !PACKED.has(extname(name)) && bytes.length > 512,
  }
}

function pack(page: Page, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const known = page.packed.get(encoding)
  if (known !== undefined) return known
  const packing = ENCODERS[encoding](page.bytes).then((packed) => new Uint8Array(packed))
  page.packed.set(encoding, packing)
  return packing
}

function chooseEncoding(request: Request): Encoding | undefined {
  const accepted = (request.headers.get('accept-encoding') ?? '').split(',').map((part) => part.trim().split(';')[0])
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding))
}

async function answerWith(page: Page, request: Request): Promise<Response> {
  const encoding = page.packable ? chooseEncoding(request) : undefined
  const headers = new Headers({
    'content-type': page.type,
    etag: page.etag,
    vary: 'accept-encoding',
    'cache-control': page.lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  if (request.headers.get('if-none-match') === page.etag) return new Response(null, { status: 304, headers })
  if (encoding === undefined) return new Response(page.bytes, { headers })
  headers.set('content-encoding', encoding)
  return new Response(await pack(page, encoding), { headers })
}

/** Reads the web app's files. A folder that is not there gives no pages. */
export function readPages(folder: string | undefined): Pages {
  const pages = new Map<string, Page>()
  if (folder !== undefined && existsSync(folder)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith('.') || entry.name.endsWith('.map')) continue
      const path = join(entry.parentPath, entry.name)
      const name = relative(folder, path).split(sep).join('/')
      pages.set(`/${name}`, readPage(path, name))
    }
  }
  return {
    count: pages.size,
    answer: async (path, request) => {
      const page = pages.get(APP_PATHS.test(path) ? '/index.html' : path)
      return page && answerWith(page, request)
    },
  }
}
