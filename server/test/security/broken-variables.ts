import { randomBytes } from 'node:crypto'

const SHORT = `k1:${randomBytes(16).toString('base64')}`
const ZERO = `k1:${Buffer.alloc(32).toString('base64')}`

/** Values that the configuration refuses; what is secret in them has the word CANARY. */
export const BROKEN_VARIABLES: readonly (readonly [name: string, value: string])[] = [
  ['APP_URL', ''],
  ['APP_URL', 'http://booking.example'],
  ['APP_URL', 'https://user:pw-CANARY@booking.example'],
  ['DATABASE_URL', ''],
  ['DATABASE_URL', 'mysql://root:pw-CANARY@db.example/x'],
  ['SESSION_SECRET', ''],
  ['SESSION_SECRET', 'short-CANARY'],
  ['TOKEN_ENCRYPTION_KEYS', ''],
  ['TOKEN_ENCRYPTION_KEYS', SHORT],
  ['TOKEN_ENCRYPTION_KEYS', ZERO],
  ['TOKEN_ENCRYPTION_KEYS', 'k1:not-base64-CANARY'],
  ['TOKEN_ENCRYPTION_KEYS', 'no-colon-CANARY'],
  ['MICROSOFT_CLIENT_SECRET', ''],
  ['MICROSOFT_CLIENT_SECRET', 'changeme'],
  ['MICROSOFT_CLIENT_ID', ''],
  ['MICROSOFT_TENANT', 'a b/CANARY'],
  ['MICROSOFT_AUTHORITY_URL', 'http://login.evil.example'],
  ['MICROSOFT_AUTHORITY_URL', 'https://login.example/path-CANARY'],
  ['MICROSOFT_GRAPH_URL', 'ftp://CANARY'],
  ['MICROSOFT_READ_SCOPE', 'Mail.Read-CANARY'],
  ['GOOGLE_CLIENT_SECRET', ''],
  ['GOOGLE_CLIENT_SECRET', '<your secret>'],
  ['GOOGLE_TOKEN_URL', 'http://tokens.evil.example'],
  ['GOOGLE_API_URL', 'javascript:CANARY'],
  ['PORT', 'CANARY'],
  ['CALENDAR_ADAPTERS', 'CANARY'],
  ['TRUST_PROXY_HOPS', 'all-CANARY'],
  ['HSTS_MAX_AGE_SECONDS', '63072001'],
  ['HSTS_INCLUDE_SUBDOMAINS', 'yes-CANARY'],
  ['LOG_LEVEL', 'CANARY'],
  ['METRICS_TOKEN', 'short-CANARY'],
  ['METRICS_PORT', 'CANARY'],
  ['DRAIN_SECONDS', '16-CANARY'],
  ['MICROSOFT_CLIENT_SECRET_ENDS', 'soon-CANARY'],
]
