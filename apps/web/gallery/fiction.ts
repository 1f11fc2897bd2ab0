import type { InvitationFacts } from '../src/screens/join/invitation.ts'

/** Six words as a safety check shows them. Invented. */
export const SAFETY_WORDS = {
  en: ['lantern', 'orchard', 'seven', 'harbour', 'velvet', 'canal'],
  ar: ['0417', '1932', '0058', '1200', '0774', '1669'],
} as const

/** An invented invitation to an invented dialogue between the two banks of an invented river. */
export function invitationIn(language: 'en' | 'ar'): InvitationFacts {
  const shared = {
    role: 'participant',
    leaves: 'agreed-text-leaves',
    keptUntil: Date.UTC(2027, 2, 3),
    readsOffline: false,
    side: SIDES[language][0],
  } as const
  return language === 'ar'
    ? {
        ...shared,
        title: 'ماء النهر',
        convenor: 'فاي وإلياس، من بيت الضفتين',
        purpose: {
          text: 'ثلاثة لقاءات بين أهل الضفتين عن ماء النهر. لا أحد هنا يتكلم باسم بلدته.',
          lang: 'ar',
        },
        rules: {
          lang: 'ar',
          text: [
            'نتكلم كأشخاص، لا باسم أي جهة.',
            'نستمع إلى النهاية قبل أن نجيب.',
            'لا نسجّل ولا نصوّر الشاشة.',
            'لا ننقل كلام أحد إلى خارج هذه الغرفة.',
            'لكل واحد أن يتجاوز دوره أو يتوقف أو يغادر، من دون ذكر السبب.',
          ].join('\n'),
        },
      }
    : {
        ...shared,
        title: 'The water of the river',
        convenor: 'Fay and Elias, from the House of Two Banks',
        purpose: {
          text: 'Three meetings of people from the two banks, about the water of the river. Nobody here speaks for a town.',
          lang: 'en',
        },
        rules: {
          lang: 'en',
          text: [
            'We speak as persons, and for nobody else.',
            'We listen to the end before we answer.',
            'We do not record, and take no pictures of the screen.',
            'We carry nobody’s words out of this room.',
            'Everybody may pass, pause or leave, and need not say why.',
          ].join('\n'),
        },
      }
}

/** What people in the invented dialogue say. */
export const SAYINGS = {
  en: {
    perception:
      'When the upper gates close in spring, it looks from our side as if somebody had decided that we do not count.',
    fear: 'That my children will have to leave the valley, and that nobody will ask why.',
    need: 'To know a week before, whatever the answer is.',
  },
  ar: {
    perception: 'حين تُغلق البوابات العليا في الربيع، يبدو لنا من جهتنا كأن أحدًا قرر أننا لا نُحسب.',
    fear: 'أن يضطر أولادي إلى ترك الوادي، وألّا يسأل أحد عن السبب.',
    need: 'أن نعرف قبل أسبوع، مهما كان الجواب.',
  },
} as const

/** The two invented sides. */
export const SIDES = {
  en: [
    { index: 0, name: 'Upper bank' },
    { index: 1, name: 'Lower bank' },
  ],
  ar: [
    { index: 0, name: 'الضفة العليا' },
    { index: 1, name: 'الضفة السفلى' },
  ],
} as const
