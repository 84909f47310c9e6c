import { argon2Passwords } from '../src/adapters/argon2/passwords.ts'
import { createTenant } from '../src/adapters/postgres/accounts/create-tenant.ts'
import type { Database } from '../src/adapters/postgres/client.ts'
import { LANGUAGES, type Language, usualClock } from '../src/domain/locale.ts'

/** The practice of the demo. The password is public: it opens a database that is made anew at every start. */
export const DEMO = {
  slug: 'ada',
  name: 'Ada Berg',
  timeZone: 'Europe/Berlin',
  email: 'ada@praxis.example',
  password: 'a quiet room with plants',
} as const

/** In that language; clients may read every one. */
export async function seedDemo(database: Database, language: Language = 'en'): Promise<void> {
  const { password, ...practice } = DEMO
  await createTenant(database, {
    ...practice,
    passwordHash: await argon2Passwords.hash(password),
    language,
    languages: LANGUAGES,
    clock: usualClock(language, practice.timeZone),
    contactLine: 'Call 030 5550 0100 or write to ada@praxis.example',
    services: [
      { name: 'First session', durationMinutes: 50 },
      { name: 'Video session', durationMinutes: 50, online: true },
    ],
  })
}
