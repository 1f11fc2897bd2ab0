import type { Messages } from './generated/messages.ts'
import { isolate } from './isolate.ts'
import { chooseLanguage, LANGUAGES, type Language } from './languages.ts'

const STORED = 'language'
const NUMBER = new Map<Language, Intl.NumberFormat>()
/** Days before months and hours up to 24 in English: read the same way in more countries than the American order. */
const DATES: Record<Language, string> = { en: 'en-GB', ar: 'ar' }

let language = $state<Language>('en')
let messages = $state.raw<Messages>()

/** The page's language. Reading any of it in a component or `$derived` follows a change of language. */
export const i18n = {
  get language(): Language {
    return language
  },
  get dir(): 'ltr' | 'rtl' {
    return LANGUAGES[language].dir
  },
  /** Every message of the page: `m.room.title` is a text, `m.room.written({ n })` a sentence with its plural right.
   * @throws Error before {@link startLanguage} has finished, which only our own start can bring about */
  get m(): Messages {
    if (messages === undefined) throw new Error('messages are read before a language is loaded')
    return messages
  },
  /** A number as this language writes it. */
  number(value: number): string {
    const format = NUMBER.get(language) ?? new Intl.NumberFormat(language)
    NUMBER.set(language, format)
    return format.format(value)
  },
  /** "Ada, Ben, and Chi" as this language says it; each name keeps its own direction. */
  list(items: readonly string[]): string {
    return new Intl.ListFormat(language, { type: 'conjunction' }).format(items.map(isolate))
  },
  /** A day, such as 3 March 2027. */
  day(at: number): string {
    return new Intl.DateTimeFormat(DATES[language], { dateStyle: 'long' }).format(at)
  },
  /** A day and an hour of this device's own time zone, such as Wed 3 March at 14:30. It never breaks between the hour and
   * its half of the day. */
  moment(at: number): string {
    const parts = { weekday: 'short', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit' } as const
    return new Intl.DateTimeFormat(DATES[language], parts)
      .formatToParts(at)
      .map(({ type, value }, n, all) =>
        type === 'literal' && value === ' ' && all[n + 1]?.type === 'dayPeriod' ? '\u00a0' : value,
      )
      .join('')
  },
}

/** Loads a language's messages, shows the page in it and keeps the choice on this device. */
export async function setLanguage(wanted: Language): Promise<void> {
  await show(wanted)
  try {
    localStorage.setItem(STORED, wanted)
  } catch {
    // Storage can be off: then the choice lasts as long as the page.
  }
}

/** Shows the page in the stored language, or else the device's, or else English. Call once, before mounting. */
export async function startLanguage(): Promise<void> {
  let stored: string | null = null
  try {
    stored = localStorage.getItem(STORED)
  } catch {
    // Storage can be off: the device's own languages are asked instead.
  }
  await show(chooseLanguage([...(stored === null ? [] : [stored]), ...navigator.languages]))
}

async function show(wanted: Language): Promise<void> {
  const loaded = await LANGUAGES[wanted].load()
  messages = loaded.messages
  language = wanted
  document.documentElement.lang = wanted
  document.documentElement.dir = LANGUAGES[wanted].dir
  document.title = loaded.messages.page.title
}
