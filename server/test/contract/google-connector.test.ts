import { SignJWT } from 'jose'
import { IRIS, REDIRECT_URI, startGoogle } from '../support/google-account.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { describeCalendarConnector } from './calendar-connector.ts'
import type { ConnectorUnderTest } from './connector-under-test.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'
const READ = ['openid', 'email', `${CALENDAR}.freebusy`, `${CALENDAR}.calendarlist.readonly`]
const WRITE = `${CALENDAR}.events.owned`
const NOT_A_USER = { error: { code: 403, errors: [{ reason: 'notACalendarUser' }] } }

let newer = 0

async function open(): Promise<ConnectorUnderTest> {
  const clock = new MovableClock()
  const vault = new MemoryVault(clock)
  const { google, log, binding, close } = await startGoogle({ clock, vault })

  const idToken = async (subject: string, nonce?: string) =>
    new SignJWT(nonce === undefined ? {} : { nonce })
      .setProtectedHeader({ alg: 'RS256', kid: 'emulated' })
      .setIssuer(google.origin)
      .setAudience('booking-client')
      .setSubject(subject)
      .setIssuedAt(Math.floor(clock.now().getTime() / 1000))
      .setExpirationTime(Math.floor(clock.now().getTime() / 1000) + 3600)
      .sign(await google.signingKey())
  const answer = (scope: string, more: object) => {
    newer += 1
    const fixed = { access_token: `ya29.newer-${newer}`, expires_in: 3599, token_type: 'Bearer' }
    google.failNext('POST /token', { status: 200, body: { ...fixed, scope, ...more } })
  }

  return {
    binding,
    redirectUri: REDIRECT_URI,
    account: { key: '101', address: IRIS },
    scopes: { availability: READ, bookings: [...READ, WRITE] },
    async signIn(url, flaw) {
      const back = google.signIn(url, IRIS, 'accept', flaw === 'fewer_scopes' ? [WRITE] : [])
      if (flaw === 'no_refresh_token')
        answer([...READ, WRITE].join(' '), { id_token: await idToken('101', url.searchParams.get('nonce') ?? '') })
      return back
    },
    fillPages() {
      google.settings.pageSize = 1
      return google.account(IRIS).calendars.size
    },
    withoutMailbox: () =>
      void google.failNext('GET /calendar/v3/users/me/calendarList', { status: 403, body: NOT_A_USER, times: 9 }),
    tokens: {
      vault,
      lines: log.entries,
      requests: () => google.journal.filter(({ query }) => query.grant_type === 'refresh_token').length,
      refreshTokenIn: (tokenCache) => JSON.parse(tokenCache).refreshToken,
      async next({ scopes, account }) {
        const scope = scopes === 'fewer' ? 'openid' : [...READ, WRITE].join(' ')
        const identity = { id_token: await idToken(account === 'another' ? '102' : '101') }
        answer(scope, { refresh_token: `1//newer-${newer}`, ...identity })
      },
      refuse: () => google.withdraw(IRIS),
      throttle: (seconds) => void google.failNext('POST /token', { status: 429, retryAfter: String(seconds) }),
      pass(milliseconds) {
        clock.advance(milliseconds)
      },
    },
    revokes: true,
    close,
  }
}

describeCalendarConnector('google (emulator)', open)
