/** The languages that pages are written in. */
export const LANGUAGES = ['en', 'de'] as const

export type Language = (typeof LANGUAGES)[number]

/** How times of day are written: "9am" or "09:00". */
export const HOUR_CLOCKS = ['12h', '24h'] as const

export type HourClock = (typeof HOUR_CLOCKS)[number]

/** How words and times are written for one reader. German has no 12-hour clock in writing. */
export type Locale =
  | { readonly language: 'en'; readonly clock: HourClock }
  | { readonly language: 'de'; readonly clock: '24h' }

export const localeOf = (language: Language, clock: HourClock): Locale =>
  language === 'de' ? { language, clock: '24h' } : { language, clock }

/**
 * Zones in which English is written with 12 hours, by country; one that ends in a slash stands for all below it. Countries:
 * CLDR, supplemental data, `timeData` with `preferred="h"` (unicode-org/cldr, common/supplemental/supplementalData.xml), and the
 * United Kingdom and Ireland, whose public services write "5:30pm" (gov.uk, style guide, "Times"). Their zones: IANA, zone.tab.
 */
const TWELVE_HOURS: readonly string[] = [
  // United States
  ...['New_York', 'Detroit', 'Kentucky/', 'Indiana/', 'Chicago', 'Menominee', 'North_Dakota/', 'Denver', 'Boise'],
  ...['Phoenix', 'Los_Angeles', 'Anchorage', 'Juneau', 'Sitka', 'Metlakatla', 'Yakutat', 'Nome', 'Adak', 'Puerto_Rico'],
  // Canada
  ...['St_Johns', 'Halifax', 'Glace_Bay', 'Moncton', 'Goose_Bay', 'Toronto', 'Montreal', 'Thunder_Bay', 'Iqaluit'],
  ...['Winnipeg', 'Resolute', 'Rankin_Inlet', 'Regina', 'Swift_Current', 'Edmonton', 'Yellowknife', 'Cambridge_Bay'],
  ...['Inuvik', 'Creston', 'Dawson_Creek', 'Fort_Nelson', 'Whitehorse', 'Dawson', 'Vancouver'],
]
  .map((name) => `America/${name}`)
  .concat(
    ['US/', 'Canada/', 'Pacific/Honolulu'],
    [
      'Europe/London',
      'Europe/Belfast',
      'Europe/Jersey',
      'Europe/Guernsey',
      'Europe/Isle_of_Man',
      'GB',
      'Europe/Dublin',
    ],
    ['Australia/', 'Pacific/Auckland', 'Pacific/Chatham', 'NZ'],
    // India, Pakistan, Bangladesh, the Philippines, Malaysia, Singapore
    [
      'Asia/Kolkata',
      'Asia/Calcutta',
      'Asia/Karachi',
      'Asia/Dhaka',
      'Asia/Manila',
      'Asia/Kuala_Lumpur',
      'Asia/Singapore',
    ],
  )
  .map((name) => name.toLowerCase())

/** How people who write that language there write times of day. */
export function usualClock(language: Language, timeZone: string): HourClock {
  const zone = timeZone.toLowerCase()
  const isWritten = TWELVE_HOURS.some((name) => (name.endsWith('/') ? zone.startsWith(name) : zone === name))
  return language === 'en' && isWritten ? '12h' : '24h'
}
