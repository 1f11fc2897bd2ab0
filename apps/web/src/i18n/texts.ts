import type { Texts } from '@antechamber/core'
import { i18n } from './i18n.svelte.ts'

/**
 * What a dialogue says in several languages, in the page's language, or else in English, or else in the first that it
 * has: then `lang` is another than the page's, and belongs on the element that shows the text.
 */
export function textOf(texts: Texts): { readonly text: string; readonly lang: string } {
  const lang = [i18n.language, 'en', ...Object.keys(texts)].find((one) => texts[one] !== undefined) ?? i18n.language
  return { text: texts[lang] ?? '', lang }
}
