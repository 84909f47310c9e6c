import { expect, it } from 'vitest'
import { silentLog } from '../ports/log.ts'
import { watchSecretExpiry } from './watch-secret-expiry.ts'

const END = new Date('2030-06-30T00:00:00Z')

it('OA-30 reminds 30 and 14 days before a client secret ends, and every day of the last week and after it', () => {
  const said: unknown[] = []
  const log = { ...silentLog, error: (event: string, fields?: object) => void said.push({ event, ...fields }) }
  for (let days = 60; days >= -2; days--) {
    const now = new Date(END.getTime() - days * 86_400_000)
    watchSecretExpiry({ secretsEnd: { MICROSOFT: END }, clock: { now: () => now }, log })
  }
  expect(said).toEqual(
    [30, 14, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2].map((days) => ({
      event: 'client_secret_ends',
      provider: 'MICROSOFT',
      days,
    })),
  )
  watchSecretExpiry({ secretsEnd: {}, clock: { now: () => END }, log })
  expect(said).toHaveLength(12)
})
