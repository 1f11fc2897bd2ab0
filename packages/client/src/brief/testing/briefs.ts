import type { Brief } from '../brief.ts'

export const english: Brief = {
  heading: 'What both sides can live with',
  notice: 'Everybody who worked on this spoke in a personal capacity. It binds nobody.',
  lines: [
    'Fishing boats may use the harbour (both basins) from May to September.',
    'A joint line for questions & complaints: <one number>, staffed by both sides.',
    'The word مرحبا stands on every sign.\nSo does "welcome".',
    'سوق مشترك كل يوم جمعة.',
  ],
  empty: 'No line was cleared by every side.',
  language: 'en',
}

export const arabic: Brief = {
  heading: 'ما يمكن لكل الأطراف أن تقبل به',
  notice: 'تحدث كل من شارك بصفته الشخصية. هذا النص لا يلزم أحدا.',
  lines: [
    'يبقى الميناء مفتوحا للصيادين من مايو إلى سبتمبر (3 أرصفة).',
    'تنشر اللجنة المشتركة OSCE Monitor 2.0 تقريرا كل شهر.',
    'Both sides keep the market open on Fridays.',
    'سطر أول\nسطر ثان',
  ],
  empty: 'لم تجز الأطراف أي سطر.',
  language: 'ar',
}

/** Who was there, and what they were in. None of it may be in any file. */
export const WHO_WAS_THERE = ['Ada', 'Ben', 'Chi', 'Dov', 'Fay', 'Riverside', 'Hillside', 'Antechamber']
