import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { messages, serviceWorker } from './build/vite-plugins.mjs'

/** What the relay sends with every page; the preview sends it too, so that a screen that breaks it shows at once. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html sw',
].join('; ')

// `--mode gallery` builds the page that shows every component and screen; a production build does not contain it.
export default defineConfig(({ mode }) => {
  const gallery = mode === 'gallery'
  const at = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  return {
    root: at('./'),
    plugins: [messages(), svelte(), ...(gallery ? [] : [serviceWorker(at('./src/service-worker/sw.ts'))])],
    build: {
      outDir: gallery ? 'gallery/dist' : 'dist',
      emptyOutDir: true,
      target: ['chrome105', 'firefox121', 'safari16.4'],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: gallery ? at('gallery.html') : at('index.html') },
    },
    preview: { headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
  }
})
