import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type GoogleEmulator, startGoogleEmulator } from '../../dev/google-emulator/index.ts'
import { IRIS, REDIRECT_URI } from '../support/google-account.ts'
import { MovableClock } from '../support/movable-clock.ts'

export const CALENDAR = 'https://www.googleapis.com/auth/calendar'
export const VERIFIER = 'v'.repeat(43)
const ALL = ['openid', 'email', `${CALENDAR}.freebusy`, `${CALENDAR}.calendarlist.readonly`, `${CALENDAR}.events.owned`]
export const Tokens = z.object({ access_token: z.string(), refresh_token: z.string().optional(), scope: z.string() })
export const Failure = z.object({ error: z.object({ errors: z.array(z.object({ reason: z.string() })) }) })

export type Visitor = Awaited<ReturnType<typeof visitEmulator>>

/** A Google emulator on a socket, a clock that the test sets, and the requests of an app that speaks to it without our adapter. */
export async function visitEmulator() {
  const clock = new MovableClock(new Date('2027-06-01T08:00:00Z'))
  const client = { clientId: 'client', clientSecret: 'client-secret', redirectUris: [REDIRECT_URI] }
  const google: GoogleEmulator = await startGoogleEmulator({ ...client, now: clock.now })

  function authorizeUrl(changes: Record<string, string> = {}): URL {
    const url = new URL('/o/oauth2/v2/auth', google.origin)
    const asked = {
      client_id: 'client',
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: ALL.join(' '),
      state: 'state',
      nonce: 'nonce',
      access_type: 'offline',
      prompt: 'consent',
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    }
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
    return url
  }

  const token = (changes: Record<string, string>) =>
    fetch(new URL('/token', google.origin), {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'client', client_secret: 'client-secret', ...changes }),
    })

  const redemption = (code: string, changes: Record<string, string> = {}) =>
    token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER, ...changes })

  const codeOf = (url: URL, email = IRIS): string => google.signIn(url, email, 'accept').searchParams.get('code') ?? ''

  async function signIn(changes: Record<string, string> = {}) {
    return Tokens.parse(await (await redemption(codeOf(authorizeUrl(changes)))).json())
  }

  async function api(access: string, method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${access}` }
    const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
    const response = await fetch(`${google.origin}/calendar/v3/${path}`, request)
    const answer: unknown = response.status === 204 ? undefined : await response.json()
    return { status: response.status, answer, reason: Failure.safeParse(answer).data?.error.errors[0]?.reason }
  }

  return { google, clock, authorizeUrl, token, redemption, codeOf, signIn, api }
}
