// Keeps the page's own files, so that it starts without a network. It never sees or stores what people write,
// and a new version waits until the person says so or has closed the page: nothing changes under somebody's hands. It
// protects from nobody who controls the server. The build writes the two constants in front.
declare const self: ServiceWorkerGlobalScope
declare const FILES: readonly string[]
declare const VERSION: string

const CACHE = `files-${VERSION}`
const PAGES = /^\/(|limits|desk|i\/[^/]+|d\/[^/]+)$/

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload' }))
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)))
})

self.addEventListener('activate', (event) => {
  const dropOthers = (names: string[]) =>
    Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))
  event.waitUntil(caches.keys().then(dropOthers))
})

self.addEventListener('message', (event) => {
  if (event.data === 'use-now') self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  const file = request.mode === 'navigate' && PAGES.test(url.pathname) ? '/' : url.pathname
  if (!FILES.includes(file)) return
  event.respondWith(caches.match(file, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
