/** The providers a tenant may have, by their names in the database. Adding one makes the compiler list what must answer for it. */
export const CALENDAR_PROVIDER_TYPES = ['GOOGLE', 'MICROSOFT'] as const

export type CalendarProviderType = (typeof CALENDAR_PROVIDER_TYPES)[number]
