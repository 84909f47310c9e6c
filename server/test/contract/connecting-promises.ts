import { expect } from 'vitest'
import { failureOf } from './calendar-under-test.ts'
import { attempt, type ConnectorPromise, comeBack, connect } from './connector-under-test.ts'
import { NotApplicable } from './not-applicable.ts'

const AUTHORIZING: readonly ConnectorPromise[] = [
  {
    title: 'OA-07 OA-15 authorize sends the state, the nonce and the S256 challenge as they are given',
    async prove(under) {
      if (under.scopes === undefined) throw new NotApplicable('the browser meets no page of a provider')
      const { request, verifier } = attempt(under)
      const { url } = await under.binding.connector.authorize(request)
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        response_type: 'code',
        redirect_uri: request.redirectUri,
        state: request.state,
        nonce: request.nonce,
        code_challenge: request.codeChallenge,
        code_challenge_method: 'S256',
      })
      expect(url.href).not.toContain(verifier)
    },
  },
  {
    title: 'OA-17 authorize asks for the scopes of the level and nothing more, and says which',
    async prove(under) {
      if (under.scopes === undefined) throw new NotApplicable('the browser meets no page of a provider')
      for (const access of ['availability', 'bookings'] as const) {
        const { url, scopes } = await under.binding.connector.authorize(attempt(under, { access }).request)
        const sorted = [...under.scopes[access]].sort()
        expect([...scopes].sort()).toEqual(sorted)
        expect(url.searchParams.get('scope')?.split(' ').sort()).toEqual(sorted)
      }
    },
  },
  {
    title: 'registration tells an administrator what an authorization request of the level asks for, and of which app',
    async prove(under) {
      const { connector } = under.binding
      for (const access of ['availability', 'bookings'] as const) {
        const { url, scopes } = await connector.authorize(attempt(under, { access }).request)
        const { permissions, clientId, reference } = connector.registration(access)
        expect([...permissions].sort()).toEqual([...scopes].sort())
        expect(clientId).toBe(url.searchParams.get('client_id') ?? clientId)
        expect(new URL(reference).protocol).toBe('https:')
      }
    },
  },
  {
    title: 'OA-35 authorize leads to the account of a login hint, and lets people choose without one',
    async prove(under) {
      if (under.scopes === undefined) throw new NotApplicable('the browser meets no page of a provider')
      const { connector } = under.binding
      const open = (await connector.authorize(attempt(under).request)).url.searchParams
      expect([open.get('login_hint'), open.get('prompt')?.split(' ').includes('select_account')]).toEqual([null, true])
      const loginHint = 'ada@practice.example'
      const led = (await connector.authorize(attempt(under, { loginHint }).request)).url.searchParams
      expect(led.get('login_hint')).toBe(loginHint)
      expect(led.get('prompt') ?? '').not.toContain('select_account')
    },
  },
  {
    title: 'the state comes back with the browser',
    async prove(under) {
      const { request } = attempt(under)
      const { url } = await under.binding.connector.authorize(request)
      const back = await under.signIn(url)
      expect(back.origin + back.pathname).toBe(under.redirectUri)
      expect(back.searchParams.get('state')).toBe(request.state)
    },
  },
]

const REDEEMING: readonly ConnectorPromise[] = [
  {
    title: 'OA-12 redeem gives the account by its key, what was granted, and the access that was asked for',
    async prove(under) {
      for (const access of ['availability', 'bookings'] as const) {
        const grant = await under.binding.connector.redeem(await comeBack(under, access))
        expect(grant).toMatchObject({ accountKey: under.account.key, accountAddress: under.account.address, access })
        expect(grant.scopes.length).toBeGreaterThan(0)
        expect(grant.tokenCache).not.toBe('')
        expect(grant.accessExpiresAt?.getTime()).toBeGreaterThan(Date.now())
      }
    },
  },
  {
    title: 'OA-07 OA-09 redeem refuses the verifier of another attempt',
    async prove(under) {
      const request = await comeBack(under)
      const failure = failureOf(under.binding.connector.redeem({ ...request, codeVerifier: 'x'.repeat(43) }))
      expect((await failure).reason).toBe('reconnect')
    },
  },
  {
    title: 'OA-10 redeem refuses the nonce of another attempt',
    async prove(under) {
      const request = await comeBack(under)
      const failure = failureOf(under.binding.connector.redeem({ ...request, nonce: 'of another attempt' }))
      expect((await failure).reason).toBe('garbled')
    },
  },
  {
    title: 'OA-18 redeem refuses fewer scopes than the level needs',
    async prove(under) {
      const request = await comeBack(under, 'bookings', 'fewer_scopes')
      const failure = await failureOf(under.binding.connector.redeem(request))
      expect(failure).toMatchObject({ reason: 'forbidden', code: 'insufficient_scope' })
    },
  },
  {
    title: 'F-50 redeem refuses a grant without a refresh token',
    async prove(under) {
      if (under.tokens === undefined) throw new NotApplicable('it has no refresh tokens')
      const request = await comeBack(under, 'bookings', 'no_refresh_token')
      expect(await failureOf(under.binding.connector.redeem(request))).toMatchObject({ code: 'no_refresh_token' })
    },
  },
  {
    title: 'redeem ends when the caller leaves',
    async prove(under) {
      const request = { ...(await comeBack(under)), signal: AbortSignal.abort() }
      const failure = await failureOf(under.binding.connector.redeem(request))
      expect(failure).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
    },
  },
]

const LISTING: readonly ConnectorPromise[] = [
  {
    title: 'listCalendars gives every page, one of them the default',
    async prove(under) {
      const { connection } = await connect(under)
      const count = under.fillPages(connection)
      const listings = await under.binding.connector.listCalendars(connection)
      expect(new Set(listings.map(({ id }) => id)).size).toBe(count)
      expect(listings.filter(({ isDefault }) => isDefault)).toHaveLength(1)
    },
  },
  {
    title: 'listCalendars of an account without a mailbox is not_found',
    async prove(under) {
      const { connection } = await connect(under)
      under.withoutMailbox()
      expect((await failureOf(under.binding.connector.listCalendars(connection))).reason).toBe('not_found')
    },
  },
]

const ENDING: readonly ConnectorPromise[] = [
  {
    title: 'revoke said twice does no harm',
    async prove(under) {
      const { grant } = await connect(under)
      await under.binding.connector.revoke(grant.tokenCache)
      await under.binding.connector.revoke(grant.tokenCache)
    },
  },
  {
    title: 'after revoke the provider takes the tokens no longer',
    async prove(under) {
      if (!under.revokes) throw new NotApplicable('the provider cannot be asked to forget a grant')
      const { grant, connection } = await connect(under)
      await under.binding.connector.revoke(grant.tokenCache)
      expect((await failureOf(under.binding.connector.keepAlive(connection))).reason).toBe('reconnect')
    },
  },
  {
    title: 'adminConsentUrl leads an administrator to the approval and back, with the state',
    async prove(under) {
      const { connector } = under.binding
      if (connector.adminConsentUrl === undefined || under.approve === undefined)
        throw new NotApplicable('no page for administrators')
      const { redirectUri, account } = under
      const url = connector.adminConsentUrl({
        redirectUri,
        state: 'of the administrator',
        access: 'bookings',
        accountKey: account.key,
      })
      const back = await under.approve(url)
      expect(back.origin + back.pathname).toBe(redirectUri)
      expect(back.searchParams.get('state')).toBe('of the administrator')
    },
  },
]

export const CONNECTING_PROMISES = [...AUTHORIZING, ...REDEEMING, ...LISTING, ...ENDING]
