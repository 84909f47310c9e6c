import { randomBytes } from 'node:crypto'

// The database remembers its keys: every start in one process uses the same.
const KEYS = `k1:${randomBytes(32).toString('base64')}`

/** What the production build starts with, besides DATABASE_URL: made up, and right in form. */
export const productionEnvironment = (port: number): Readonly<Record<string, string>> => ({
  NODE_ENV: 'production',
  PORT: String(port),
  DRAIN_SECONDS: '0',
  APP_URL: 'https://booking.example',
  SESSION_SECRET: randomBytes(48).toString('base64'),
  TOKEN_ENCRYPTION_KEYS: KEYS,
  MICROSOFT_CLIENT_ID: randomBytes(16).toString('hex'),
  MICROSOFT_CLIENT_SECRET: randomBytes(24).toString('base64url'),
})
