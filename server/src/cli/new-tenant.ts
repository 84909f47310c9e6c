import { z } from 'zod'
import type { NewTenant } from '../adapters/postgres/accounts/create-tenant.ts'
import { isEmailAddress } from '../domain/email-address.ts'
import { type HourClock, type Language as LanguageName, usualClock } from '../domain/locale.ts'
import { isTimeZone } from '../domain/zoned-time.ts'
import { Clock, contactLine, Language, Languages, Meet, slug, unfit } from './tenant-options.ts'

/** What a tenant is made of, by the names of the options. */
export const TenantOptions = z.object({
  slug,
  name: z.string().trim().min(1, '--name is missing').max(120, '--name takes at most 120 characters'),
  'time-zone': z.string().refine(isTimeZone, '--time-zone takes an IANA name, for example Europe/Berlin'),
  email: z.string().refine(isEmailAddress, '--email takes an e-mail address'),
  meet: Meet.default('in-person'),
  'contact-line': contactLine.optional(),
  language: Language.default('en'),
  languages: Languages.optional(),
  clock: Clock.optional(),
})

type Given = z.output<typeof TenantOptions>

interface Spoken {
  readonly languages: readonly LanguageName[]
  readonly clock: HourClock
}

/** Its languages and its clock, where they go together; else why not. */
export function fitting(given: Given): Spoken | string {
  const { language, languages = [language] } = given
  const clock = given.clock ?? usualClock(language, given['time-zone'])
  return unfit(language, languages, clock) ?? { languages, clock }
}

/** With a 50-minute service. */
export const newTenant = (given: Omit<Given, keyof Spoken> & Spoken, passwordHash: string): NewTenant => ({
  slug: given.slug,
  name: given.name,
  email: given.email,
  timeZone: given['time-zone'],
  passwordHash,
  services: [{ name: 'Session', durationMinutes: 50, online: given.meet === 'online' }],
  ...(given['contact-line'] && { contactLine: given['contact-line'] }),
  language: given.language,
  languages: given.languages,
  clock: given.clock,
})
