import type { Messages } from './generated/messages.ts'

/** A language that ships. BCP 47; its messages are in `messages/<language>/`. */
export type Language = keyof typeof LANGUAGES

/** Each shipped language: its name for its own speakers, the way its lines run, and its messages, one chunk each. */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr', load: () => import('./generated/en.ts') },
  ar: { name: 'العربية', dir: 'rtl', load: () => import('./generated/ar.ts') },
} as const satisfies Record<string, LanguageFacts>

interface LanguageFacts {
  readonly name: string
  readonly dir: 'ltr' | 'rtl'
  readonly load: () => Promise<{ readonly messages: Messages }>
}

/** The shipped languages in the order in which people are offered them. */
export const LANGUAGE_LIST = Object.keys(LANGUAGES) as readonly Language[]

/**
 * The first wish that ships, by its primary subtag: `ar-SY` finds `ar`. English where none does.
 * @param wishes BCP 47 tags, best first, such as a stored choice followed by `navigator.languages`
 */
export function chooseLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const primary = wish.toLowerCase().split('-')[0]
    const found = LANGUAGE_LIST.find((language) => language === primary)
    if (found) return found
  }
  return 'en'
}
