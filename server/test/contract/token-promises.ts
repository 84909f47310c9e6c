import { expect } from 'vitest'
import { failureOf } from './calendar-under-test.ts'
import { type ConnectorPromise, comeBack, connect, tokensOf } from './connector-under-test.ts'

const MINUTE_MS = 60_000
const WINDOW = { start: new Date('2027-06-14T06:00:00Z'), end: new Date('2027-06-14T18:00:00Z') }

const KEEPING_ALIVE: readonly ConnectorPromise[] = [
  {
    title: 'keepAlive refreshes whatever the age of the tokens, each time it is asked',
    async prove(under) {
      const { vault, requests } = tokensOf(under)
      const { connection, ref } = await connect(under)
      await under.binding.connector.keepAlive(connection)
      await under.binding.connector.keepAlive(connection)
      expect([requests(), vault.peek(ref)?.version]).toEqual([2, 3])
    },
  },
  {
    title: 'TS-22 F-43 keepAlive of many callers at once is one refresh',
    async prove(under) {
      const { requests } = tokensOf(under)
      const { connection } = await connect(under)
      await Promise.all(Array.from({ length: 8 }, () => under.binding.connector.keepAlive(connection)))
      expect(requests()).toBe(1)
    },
  },
  {
    title: 'F-50 a newer refresh token replaces the older one',
    async prove(under) {
      const { vault, next, refreshTokenIn } = tokensOf(under)
      const { grant, connection, ref } = await connect(under)
      await next({})
      await under.binding.connector.keepAlive(connection)
      expect(refreshTokenIn(vault.peek(ref)?.tokenCache ?? '')).not.toBe(refreshTokenIn(grant.tokenCache))
    },
  },
  {
    title: 'F-50 INV-8 with fewer scopes the newer refresh token is kept, then the grant refused, and not asked again',
    async prove(under) {
      const { vault, next, refreshTokenIn, requests } = tokensOf(under)
      const { grant, connection, ref } = await connect(under)
      await next({ scopes: 'fewer' })
      for (let n = 0; n < 3; n++)
        expect(await failureOf(under.binding.connector.keepAlive(connection))).toMatchObject({
          reason: 'reconnect',
          code: 'insufficient_scope',
        })
      expect(refreshTokenIn(vault.peek(ref)?.tokenCache ?? '')).not.toBe(refreshTokenIn(grant.tokenCache))
      expect([requests(), vault.peek(ref)?.version]).toEqual([1, 2])
    },
  },
  {
    title: 'F-47 a refused grant is asked about once in a minute, until somebody connects again',
    async prove(under) {
      const { vault, refuse, requests, pass } = tokensOf(under)
      const { connection, ref } = await connect(under)
      refuse()
      const refused = async () => (await failureOf(under.binding.connector.keepAlive(connection))).reason
      for (let n = 0; n < 3; n++) expect(await refused()).toBe('reconnect')
      expect(requests()).toBe(1)
      pass(MINUTE_MS)
      expect([await refused(), requests()]).toEqual(['reconnect', 2])
      vault.put(ref, await under.binding.connector.redeem(await comeBack(under)))
      await under.binding.connector.keepAlive(connection)
      expect(requests()).toBe(3)
    },
  },
  {
    title: 'INV-11 F-46 the Retry-After of the token endpoint is kept: no second request until it is over',
    async prove(under) {
      const { throttle, requests, pass } = tokensOf(under)
      const { connection } = await connect(under)
      throttle(30)
      const first = await failureOf(under.binding.connector.keepAlive(connection))
      expect(first).toMatchObject({ reason: 'throttled', retryAfterMs: 30_000 })
      const again = await failureOf(under.binding.connector.keepAlive(connection))
      expect(again.reason).toBe('throttled')
      expect(again.retryAfterMs).toBeLessThanOrEqual(30_000)
      expect(requests()).toBe(1)
      pass(31_000)
      await under.binding.connector.keepAlive(connection)
      expect(requests()).toBe(2)
    },
  },
  {
    title: 'a lease that cannot be given back hides no success',
    async prove(under) {
      const { vault } = tokensOf(under)
      const { connection, ref } = await connect(under)
      vault.before = (method) => {
        if (method === 'release') throw new Error('the database is away')
      }
      await under.binding.connector.keepAlive(connection)
      expect(vault.peek(ref)?.version).toBe(2)
    },
  },
  {
    title: 'F-40 an answer for another account is refused, not stored, and a security event',
    async prove(under) {
      const { vault, next, lines } = tokensOf(under)
      const { connection, ref } = await connect(under)
      await next({ account: 'another' })
      const failure = await failureOf(under.binding.connector.keepAlive(connection))
      expect(failure).toMatchObject({ reason: 'reconnect', code: 'identity_mismatch' })
      expect(vault.peek(ref)?.version).toBe(1)
      expect(lines).toContainEqual({
        level: 'error',
        event: 'security_token_identity_mismatch',
        fields: { connectionId: ref.connectionId, tenantId: ref.tenantId },
      })
    },
  },
]

const OBTAINING: readonly ConnectorPromise[] = [
  {
    title: 'F-71 an access token is renewed while five minutes and a quarter are left',
    async prove(under) {
      const { requests, pass } = tokensOf(under)
      const { grant, connection } = await connect(under)
      const { id = '' } = (await under.binding.connector.listCalendars(connection))[0] ?? {}
      const read = () => under.binding.calendarFor({ ...connection, calendarIds: [id] }).getFreeBusy(WINDOW)
      const left = (grant.accessExpiresAt?.getTime() ?? 0) - Date.now()
      pass(left - 330_000)
      await read()
      expect(requests()).toBe(0)
      pass(20_000)
      await read()
      expect(requests()).toBe(1)
    },
  },
  {
    title: 'TS-23 tokens of a connection that was disconnected are not used, and nobody is asked for more',
    async prove(under) {
      const { vault, requests } = tokensOf(under)
      const { connection, ref } = await connect(under)
      const { connector } = under.binding
      await connector.listCalendars(connection)
      vault.shred(ref)
      for (const use of [() => connector.listCalendars(connection), () => connector.keepAlive(connection)])
        expect(await failureOf(use())).toMatchObject({ reason: 'reconnect', code: 'disconnected' })
      expect(requests()).toBe(0)
    },
  },
  {
    title:
      'F-52 stored tokens that cannot be read are reconnect and an alarm, whether decrypting or reading them fails',
    async prove(under) {
      const { vault, lines } = tokensOf(under)
      const [undecrypted, unread] = [await connect(under), await connect(under)]
      vault.spoil(undecrypted.ref)
      vault.replace(unread.ref, { tokenCache: 'not what this provider writes' })
      for (const { connection, ref } of [undecrypted, unread]) {
        const failure = await failureOf(under.binding.connector.listCalendars(connection))
        expect(failure).toMatchObject({ reason: 'reconnect', code: 'tokens_unreadable' })
        expect(lines).toContainEqual({
          level: 'error',
          event: 'tokens_unreadable',
          fields: { connectionId: ref.connectionId, tenantId: ref.tenantId },
        })
      }
    },
  },
  {
    title: 'F-05 whoever waits for a lease that is never returned says so after a bounded time',
    async prove(under) {
      const { vault, requests } = tokensOf(under)
      const { connection, ref } = await connect(under)
      await vault.lease(ref, 60 * MINUTE_MS)
      const failure = await failureOf(under.binding.connector.keepAlive(connection))
      expect(failure).toMatchObject({ reason: 'unavailable', code: 'lease_held' })
      expect(requests()).toBe(0)
    },
  },
  {
    title: 'a caller who has left is told so, and a vault that cannot be reached says nothing about the grant',
    async prove(under) {
      const { vault, requests } = tokensOf(under)
      const { connection } = await connect(under)
      const left = await failureOf(under.binding.connector.keepAlive(connection, AbortSignal.abort()))
      expect(left).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
      vault.before = () => {
        throw new Error('the database is away')
      }
      const away = await failureOf(under.binding.connector.keepAlive(connection))
      expect(away).toMatchObject({ reason: 'unavailable', code: 'token_store' })
      expect(requests()).toBe(0)
    },
  },
  {
    title: 'a grant that is replaced while it is refused is not mistaken for a withdrawn one',
    async prove(under) {
      const { vault, refuse } = tokensOf(under)
      const { connection, ref } = await connect(under)
      refuse()
      const fresh = await under.binding.connector.redeem(await comeBack(under))
      // The therapist comes back after the older grant was read for its refresh, and before it is called withdrawn.
      let leased = false
      vault.before = (method) => {
        if (method === 'lease') leased = true
        if (method !== 'status' || !leased) return
        vault.before = () => {}
        vault.put(ref, fresh)
      }
      await under.binding.connector.keepAlive(connection)
      expect(vault.peek(ref)).toMatchObject({ tokenCache: fresh.tokenCache, version: 2 })
    },
  },
  {
    title: 'each exchange with the token endpoint is one line, with the same fields',
    async prove(under) {
      const { lines, throttle } = tokensOf(under)
      const { connection, ref } = await connect(under)
      await under.binding.connector.keepAlive(connection)
      throttle(30)
      await failureOf(under.binding.connector.keepAlive(connection))
      const said = lines.filter(({ event }) => event.startsWith('token_exchange'))
      const names = { connectionId: ref.connectionId, tenantId: ref.tenantId, grant: 'refresh_token' }
      expect(said).toMatchObject([
        { level: 'info', event: 'token_exchanged', fields: { grant: 'authorization_code', status: 200 } },
        { level: 'info', event: 'token_exchanged', fields: { ...names, status: 200 } },
        { level: 'warn', event: 'token_exchange_failed', fields: { ...names, reason: 'throttled', status: 429 } },
      ])
      for (const { fields } of said)
        expect(Object.keys(fields ?? {})).toEqual(
          expect.arrayContaining(['grant', 'code', 'status', 'providerRequestId', 'ms']),
        )
    },
  },
]

export const TOKEN_PROMISES = [...KEEPING_ALIVE, ...OBTAINING]
