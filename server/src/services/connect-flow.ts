import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { MINUTE_MS } from '../domain/durations.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarAccess, CalendarListing, Grant } from '../ports/calendar-connector.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import { type NotRedeemed, type RedeemRequest, redeemReply } from './redeem-reply.ts'

/**
 * One started sign-in, as plain data: whoever stores it as JSON gets it back as it was. `nonce` and `codeVerifier` are secret.
 * It is good for one callback: it is taken from its store before it is finished, so that a second callback finds none.
 */
export interface ConnectAttempt {
  /** What the callback must repeat. */
  readonly state: string
  /** What the id token must repeat. */
  readonly nonce: string
  /** RFC 7636. */
  readonly codeVerifier: string
  readonly access: CalendarAccess
  readonly redirectUri: string
  /** Of what the browser that started it brings back. */
  readonly browserHash: string
  /** ISO 8601, in UTC. */
  readonly expiresAt: string
}

export interface BeginConnecting {
  /**
   * What only the browser that starts brings along when it comes back: the id of its web session or, where there are none, a
   * random value of 32 bytes in a cookie (HttpOnly, Secure, SameSite=Lax). Without it somebody could send a link to a colleague
   * and receive her calendar.
   */
  readonly browser: string
  /** As registered with the provider: https, or http on loopback. */
  readonly redirectUri: string
  readonly access: CalendarAccess
  /** Reconnecting: the address of the account to sign in with. */
  readonly loginHint?: string
  readonly now: Date
}

export interface FinishConnecting extends Omit<RedeemRequest, 'attempt'> {
  /** The account that is connected already, if any. */
  readonly connectedAccountKey?: string
  /** Undefined where none is stored under the state of the callback. */
  readonly attempt: ConnectAttempt | undefined
  /** As in {@link BeginConnecting}; undefined where the browser brought nothing. */
  readonly browser: string | undefined
  readonly now: Date
}

/** Why a callback does not belong to an attempt: it is answered without asking the provider anything. */
export type UnusableCallback = {
  readonly outcome: 'unusable_state'
  readonly because: 'unknown' | 'state' | 'browser' | 'expired'
}

export interface Redeemed {
  /** `other_account`: not the account that is connected. To be stored only when the therapist has confirmed it. */
  readonly outcome: 'connected' | 'reconnected' | 'other_account'
  readonly grant: Grant
  readonly calendars: readonly CalendarListing[]
}

export type ConnectResult = Redeemed | NotRedeemed | UnusableCallback

/** How long the therapist may take between the start and the callback; authorization codes live about as long. */
export const ATTEMPT_MS = 10 * MINUTE_MS

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
const random = (): string => randomBytes(32).toString('base64url')
/** Of digests, so that the time it takes says nothing of either text. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(sha256(one), sha256(other))

export const hashOf = (text: string): string => sha256(text).toString('hex')

/**
 * Begins to connect an account: the address to send the browser to, and the attempt to be stored (RFC 6749 section 4.1, RFC
 * 7636). Rejects with a CalendarError `misconfigured` for a redirect URI that no provider would take.
 */
export async function beginConnecting(
  binding: CalendarBinding,
  { browser, redirectUri, access, loginHint, now }: BeginConnecting,
): Promise<{ readonly url: URL; readonly attempt: ConnectAttempt }> {
  requireRedirectUri(redirectUri)
  if (browser === '') throw misconfigured('nothing binds the attempt to a browser', 'browser')
  const attempt: ConnectAttempt = {
    state: random(),
    nonce: random(),
    codeVerifier: random(),
    access,
    redirectUri,
    browserHash: hashOf(browser),
    expiresAt: new Date(now.getTime() + ATTEMPT_MS).toISOString(),
  }
  const { url } = await binding.connector.authorize({
    redirectUri,
    access,
    state: attempt.state,
    nonce: attempt.nonce,
    codeChallenge: sha256(attempt.codeVerifier).toString('base64url'),
    ...(loginHint !== undefined && { loginHint }),
  })
  return { url, attempt }
}

/**
 * Finishes what {@link beginConnecting} began. Nothing is stored here: the host stores the grant and the calendars of an outcome
 * that has them. Rejects only for failures that are none of the provider's.
 */
export async function finishConnecting(binding: CalendarBinding, request: FinishConnecting): Promise<ConnectResult> {
  const { attempt, reply, browser, now } = request
  if (attempt === undefined) return refused('unknown')
  if (reply.state === undefined || !isSame(reply.state, attempt.state)) return refused('state')
  if (browser === undefined || !isSame(hashOf(browser), attempt.browserHash)) return refused('browser')
  // A date that cannot be read is not later than now.
  if (!(now.getTime() < Date.parse(attempt.expiresAt))) return refused('expired')
  const { tenantId, connectionId: id, connectedAccountKey: connected } = request
  const redeemed = await redeemReply(binding, { ...request, attempt }, async ({ accountKey }, signal) => ({
    calendars: await binding.connector.listCalendars({ id, tenantId, accountKey }, signal),
  }))
  if (!('grant' in redeemed)) return redeemed
  const { grant, listed } = redeemed
  const ofAnother = connected === grant.accountKey ? 'reconnected' : 'other_account'
  const outcome = connected === undefined ? 'connected' : ofAnother
  return { outcome, grant, calendars: listed.calendars }
}

const refused = (because: UnusableCallback['because']): UnusableCallback => ({ outcome: 'unusable_state', because })

const misconfigured = (message: string, code: string): CalendarError =>
  new CalendarError('misconfigured', message, { code })

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** RFC 6749 section 3.1.2; http on loopback for development (RFC 8252 section 7.3). */
function requireRedirectUri(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname))
  if (!isSafe || url?.hash !== '')
    throw misconfigured('a redirect URI is https, or http on loopback, and without a fragment', 'redirect_uri')
}
