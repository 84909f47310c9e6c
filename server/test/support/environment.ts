import { type Config, parseConfig } from '../../src/config.ts'
import type { TestDatabase } from './database.ts'

export type Environment = Readonly<Record<string, string>>

/** As TOKEN_ENCRYPTION_KEYS has them. */
export const keysText = (keys: TestDatabase['keys']): string =>
  keys.map(({ kid, key }) => `${kid}:${Buffer.from(key).toString('base64')}`).join(',')

/** Tests that book again and again from one address; those of the limits set their own. */
export const UNLIMITED_BOOKINGS = {
  BOOKINGS_PER_HOUR_AND_ADDRESS: '100000',
  BOOKINGS_PER_HOUR_AND_PRACTICE: '100000',
}

/** An environment with the mock calendars. */
export const environmentFor = (
  { url, keys }: Pick<TestDatabase, 'url' | 'keys'>,
  more: Environment = {},
): Environment => ({
  APP_URL: 'http://127.0.0.1:3999',
  DATABASE_URL: url,
  SESSION_SECRET: 'a secret of the tests, at least thirty-two characters long',
  TOKEN_ENCRYPTION_KEYS: keysText(keys),
  CALENDAR_ADAPTERS: 'mock',
  // Tests book from one address.
  ...UNLIMITED_BOOKINGS,
  LOG_LEVEL: 'silent',
  ...more,
})

export const configFor = (database: TestDatabase, more: Environment = {}): Config =>
  parseConfig(environmentFor(database, more))
