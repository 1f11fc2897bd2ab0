import type { InLanguage } from './specimen.ts'

/** What the address asked for. Read before the router is there, which takes such parts of addresses away. */
export const asked: { readonly specimen: string; readonly language: InLanguage } = {
  specimen: location.hash.slice(1),
  language: new URLSearchParams(location.search).get('lang') === 'ar' ? 'ar' : 'en',
}
