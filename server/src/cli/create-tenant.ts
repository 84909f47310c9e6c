import { z } from 'zod'
import { argon2Passwords } from '../adapters/argon2/passwords.ts'
import { createTenant } from '../adapters/postgres/accounts/create-tenant.ts'
import type { Config } from '../config.ts'
import { openStores } from '../di.ts'
import { isEmailAddress } from '../domain/email-address.ts'
import { usualClock } from '../domain/locale.ts'
import { MINIMUM_PASSWORD } from '../domain/password.ts'
import { isTimeZone } from '../domain/zoned-time.ts'
import { askSecret } from './ask-secret.ts'
import {
  Clock,
  contactLine,
  type Given,
  Language,
  Languages,
  Meet,
  reasons,
  slug,
  TERMINAL,
  unfit,
} from './tenant-options.ts'

const Tenant = z.object({
  slug,
  name: z.string().trim().min(1, '--name is missing').max(120),
  'time-zone': z.string().refine(isTimeZone, '--time-zone takes an IANA name, for example Europe/Berlin'),
  email: z.string().refine(isEmailAddress, '--email takes an e-mail address'),
  meet: Meet.default('in-person'),
  'contact-line': contactLine.optional(),
  language: Language.default('en'),
  languages: Languages.optional(),
  clock: Clock.optional(),
})

/** Makes a tenant with its owner, a 50-minute service and weekday hours from nine to five. Exit code 1 with a reason otherwise. */
export async function createTenantCommand(config: Config, values: Given, { print, warn } = TERMINAL): Promise<number> {
  const refuse = (reason: string): number => {
    warn(`create-tenant: ${reason}`)
    return 1
  }

  const parsed = Tenant.safeParse(values)
  if (!parsed.success) return refuse(reasons(parsed.error, values))
  const { language, languages = [language] } = parsed.data
  const clock = parsed.data.clock ?? usualClock(language, parsed.data['time-zone'])
  const misfit = unfit(language, languages, clock)
  if (misfit !== undefined) return refuse(misfit)
  const password = config.adminPassword ?? (await askSecret('Password for the owner: '))
  if (password.length < MINIMUM_PASSWORD) return refuse(`the password needs at least ${MINIMUM_PASSWORD} characters`)

  const { database, close } = await openStores(config)
  try {
    const { slug, name, email, meet, 'contact-line': contact } = parsed.data
    const created = await createTenant(database, {
      slug,
      name,
      email,
      timeZone: parsed.data['time-zone'],
      passwordHash: await argon2Passwords.hash(password),
      services: [{ name: 'Session', durationMinutes: 50, online: meet === 'online' }],
      ...(contact && { contactLine: contact }),
      language,
      languages,
      clock,
    })
    if (created === undefined) return refuse('that slug or e-mail address is in use already')
    print(`Created. Booking page: ${config.appUrl}/book/${slug}. Sign in at ${config.appUrl}/sign-in`)
    return 0
  } finally {
    await close()
  }
}
