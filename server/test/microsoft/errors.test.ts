import { describe, expect, test } from 'vitest'
import { PERSONAL_TENANT } from '../../src/adapters/microsoft-calendar/identity/consent.ts'
import {
  type EntraExchange,
  tokenEndpointFailure,
} from '../../src/adapters/microsoft-calendar/identity/token-endpoint-errors.ts'
import { claimsIn } from '../../src/adapters/microsoft-calendar/transport/claims-challenge.ts'
import { graphFailure, transportFailure } from '../../src/adapters/microsoft-calendar/transport/graph-errors.ts'
import { Cancelled, DeadlineExceeded } from '../../src/concurrency/deadline.ts'
import { UnusableBody } from '../../src/net/read-body.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'

const coded = (code: string, message = 'Words for people.') => ({ error: { code, message } })

/** Bodies as the documentation prints them, or as people saw them. */
const SEEN = {
  // learn.microsoft.com/graph/throttling
  throttled: {
    error: {
      code: 'TooManyRequests',
      innerError: {
        code: '429',
        date: '2020-08-18T12:51:51',
        message: 'Please retry after',
        'request-id': '94fb3b52-452a-4535-a601-69e0a90e3aa2',
        status: '429',
      },
      message: 'Please retry again later.',
    },
  },
  concurrency: coded('ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'),
  // microsoft-graph-docs concepts/auth-limit-mailbox-access.md
  policy: {
    error: {
      code: 'ErrorAccessDenied',
      message: 'Access to OData is disabled.',
      innerError: { 'request-id': '2f038156-cf40-403d-8e46-831fe42a8229', date: '2019-05-24T10:16:21' },
    },
  },
  // github.com/microsoftgraph/microsoft-graph-docs/issues/2017
  memory: coded('ErrorInternalServerError', 'Insufficient memory within specified address space range.'),
  noMailbox: coded('MailboxNotEnabledForRESTAPI', 'REST API is not yet supported for this mailbox.'),
  range: coded('invalidRange', 'Uploaded fragment overlaps with existing data.'),
}

describe('Graph refuses', () => {
  test.each([
    ['429 as documented', 429, SEEN.throttled, 'throttled', 'TooManyRequests'],
    ['429 for too many at once', 429, SEEN.concurrency, 'throttled', 'ApplicationThrottled'],
    ['429 with an unknown code and no words', 429, coded('UnknownError', ''), 'throttled', 'UnknownError'],
    ['509 bandwidth', 509, undefined, 'throttled', undefined],
    ['403 by an application access policy', 403, SEEN.policy, 'forbidden', 'ErrorAccessDenied'],
    ['403 for claims that were not met', 403, coded('insufficient_claims'), 'reconnect', 'insufficient_claims'],
    ['403 with a code nobody knows', 403, coded('Novelty'), 'forbidden', 'Novelty'],
    ['404 without a mailbox', 404, SEEN.noMailbox, 'not_found', 'MailboxNotEnabledForRESTAPI'],
    [
      '404 without a mailbox, the other name',
      404,
      coded('MailboxNotSupportedForRESTAPI'),
      'not_found',
      'MailboxNotSupportedForRESTAPI',
    ],
    ['404 without the event', 404, coded('ErrorItemNotFound'), 'not_found', 'ErrorItemNotFound'],
    ['410', 410, coded('syncStateNotFound'), 'not_found', 'syncStateNotFound'],
    [
      '400 for a used transaction id',
      400,
      coded('ErrorDuplicateTransactionId'),
      'conflict',
      'ErrorDuplicateTransactionId',
    ],
    [
      '409 for a used transaction id',
      409,
      coded('ErrorDuplicateTransactionId'),
      'conflict',
      'ErrorDuplicateTransactionId',
    ],
    ['412', 412, coded('ErrorIrresolvableConflict'), 'conflict', 'ErrorIrresolvableConflict'],
    ['401 with a code', 401, coded('InvalidAuthenticationToken'), 'reconnect', 'InvalidAuthenticationToken'],
    ['401 without a body', 401, undefined, 'reconnect', undefined],
    ['400 for what we asked', 400, SEEN.range, 'misconfigured', 'invalidRange'],
    ['500 as seen', 500, SEEN.memory, 'unavailable', 'ErrorInternalServerError'],
    ['503', 503, coded('serviceNotAvailable'), 'unavailable', 'serviceNotAvailable'],
    ['503 that calls itself a refusal', 503, coded('ErrorAccessDenied'), 'unavailable', 'ErrorAccessDenied'],
    ['504', 504, undefined, 'unavailable', undefined],
    ['507', 507, undefined, 'unavailable', undefined],
    ['599', 599, undefined, 'unavailable', undefined],
    ['408', 408, undefined, 'unavailable', undefined],
    ['424', 424, undefined, 'misconfigured', undefined],
    ['499, of no class we know', 499, coded('What'), 'misconfigured', 'What'],
    ['a redirect', 302, undefined, 'garbled', undefined],
    ['a code that is none', 400, coded('<script>alert(1)</script>'), 'misconfigured', undefined],
    ['a code of another kind', 400, { error: { code: 7 } }, 'misconfigured', undefined],
    ['an empty code', 404, coded(''), 'not_found', undefined],
    ['a code named like a property of objects', 400, coded('constructor'), 'misconfigured', 'constructor'],
    ['an error that is text', 400, { error: 'no' }, 'misconfigured', undefined],
  ])('%s', (_, status, body, reason, code) => {
    expect(graphFailure(status, body)).toMatchObject({ reason, status, code })
  })

  test('the words of a refusal by Graph go nowhere (CL-08)', () => {
    const failure = graphFailure(403, coded('ErrorAccessDenied', 'POISON for ada@practice.example'))
    expect(JSON.stringify(failure) + String(failure) + String(failure.stack)).not.toContain('POISON')
  })

  test('throttled always says how long', () => {
    expect(graphFailure(429, undefined).retryAfterMs).toBe(10_000)
    expect(graphFailure(429, undefined, { retryAfterMs: 7 }).retryAfterMs).toBe(7)
    expect(graphFailure(503, undefined).retryAfterMs).toBeUndefined()
  })
})

describe('the transport fails', () => {
  test.each([
    ['F-34 our deadline', new DeadlineExceeded('x'), 'timeout', undefined],
    ['a caller who left', new Cancelled('x'), 'timeout', 'call_cancelled'],
    ['F-33 a flood', new UnusableBody('too_large'), 'garbled', 'too_large'],
    ['F-35 no name', new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }), 'unavailable', 'ENOTFOUND'],
    [
      'F-35 a certificate',
      new TypeError('fetch failed', { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }),
      'unavailable',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
    ['nothing we know', 'a text', 'unavailable', undefined],
  ])('%s', (_, error, reason, code) => {
    expect(transportFailure(error)).toMatchObject({ reason, code })
  })

  test('a CalendarError stays what it is where the exchange fails', () => {
    const failure = new CalendarError('conflict', 'as it was')
    expect(transportFailure(failure)).toBe(failure)
  })
})

describe('Entra refuses', () => {
  const refusal = (status: number, error: string, codes: number[] = [], subError?: string): EntraExchange => ({
    status,
    error,
    codes,
    ...(subError === undefined ? {} : { subError }),
  })
  test.each([
    ['an inactive grant', refusal(400, 'invalid_grant', [700082]), 'reconnect'],
    ['a revoked grant', refusal(400, 'invalid_grant', [50173]), 'reconnect'],
    ['F-53 a grant, by a number nobody knows', refusal(400, 'invalid_grant', [123456789]), 'reconnect'],
    ['a bad token', refusal(400, 'invalid_grant', [], 'bad_token'), 'reconnect'],
    ['a second factor, as documented', refusal(400, 'interaction_required', [50076], 'basic_action'), 'reconnect'],
    ['withdrawn consent', refusal(400, 'invalid_grant', [65001], 'consent_required'), 'admin_consent'],
    ['consent, without a number', refusal(400, 'consent_required'), 'admin_consent'],
    ['an administrator is wanted', refusal(400, 'invalid_client', [90094]), 'admin_consent'],
    ['several numbers, one of them telling', refusal(400, 'invalid_grant', [50000, 90095]), 'admin_consent'],
    ['our secret', refusal(401, 'invalid_client', [7000215]), 'misconfigured'],
    ['F-53 our secret, by a number nobody knows', refusal(401, 'invalid_client', [123456789]), 'misconfigured'],
    ['our expired secret', refusal(401, 'invalid_client', [7000222]), 'misconfigured'],
    ['our secret, under another word', refusal(400, 'invalid_grant', [7000222]), 'misconfigured'],
    ['our application', refusal(400, 'unauthorized_client', [700016]), 'misconfigured'],
    ['a scope, as documented', refusal(400, 'invalid_scope', [70011]), 'misconfigured'],
    ['for a while', refusal(400, 'invalid_grant', [90033]), 'unavailable'],
    ['a loop', refusal(400, 'invalid_grant', [50196]), 'unavailable'],
    ['itself', refusal(503, 'temporarily_unavailable'), 'unavailable'],
    ['itself, whatever it says', refusal(500, 'invalid_grant', [50173]), 'unavailable'],
    ['too many', refusal(429, 'invalid_grant'), 'throttled'],
    ['F-53 something new', refusal(400, 'novelty'), 'garbled'],
    ['F-53 a word that objects have', refusal(400, 'constructor'), 'garbled'],
    ['F-53 without a word', { status: 400 }, 'garbled'],
    ['after a success that MSAL would not take', { status: 200 }, 'garbled'],
    ['a connection', { failure: new TypeError('x') }, 'unavailable'],
    ['F-45 in time', { failure: new DeadlineExceeded('x') }, 'timeout'],
    ['JSON, with 502', { status: 502, failure: new UnusableBody('not_json') }, 'unavailable'],
    ['JSON, with 429', { status: 429, failure: new UnusableBody('not_json') }, 'throttled'],
    ['JSON, with 200', { status: 200, failure: new UnusableBody('not_json') }, 'garbled'],
    ['nothing at all', {}, 'garbled'],
  ] as [string, EntraExchange, string][])('%s', (_, exchange, reason) => {
    expect(tokenEndpointFailure(exchange, new Error('POISON')).reason).toBe(reason)
  })

  // learn.microsoft.com/entra/identity-platform/reference-error-codes, with the "error" each was seen under
  test.each([
    [16000, 'interaction_required', 'reconnect'],
    [50020, 'invalid_grant', 'reconnect'],
    [50076, 'interaction_required', 'reconnect'],
    [50079, 'interaction_required', 'reconnect'],
    [50089, 'invalid_grant', 'reconnect'],
    [50105, 'invalid_grant', 'admin_consent'],
    [50173, 'invalid_grant', 'reconnect'],
    [50196, 'invalid_grant', 'unavailable'],
    [53003, 'interaction_required', 'reconnect'],
    [54005, 'invalid_grant', 'reconnect'],
    [65001, 'invalid_grant', 'admin_consent'],
    [65004, 'access_denied', 'reconnect'],
    [70008, 'invalid_grant', 'reconnect'],
    [70043, 'invalid_grant', 'reconnect'],
    [700082, 'invalid_grant', 'reconnect'],
    [7000215, 'invalid_client', 'misconfigured'],
    [7000222, 'invalid_client', 'misconfigured'],
    [90006, 'server_error', 'unavailable'],
    [90024, 'temporarily_unavailable', 'unavailable'],
    [90033, 'temporarily_unavailable', 'unavailable'],
    [90094, 'consent_required', 'admin_consent'],
    [90095, 'consent_required', 'admin_consent'],
  ] as const)('AADSTS%i under %s: %s', (number, error, reason) => {
    expect(tokenEndpointFailure(refusal(400, error, [number]), undefined).reason).toBe(reason)
  })

  test('people of no organisation ask no administrator', () => {
    expect(tokenEndpointFailure(refusal(400, 'consent_required'), undefined, PERSONAL_TENANT).reason).toBe('reconnect')
  })

  test('MSAL’s error, which quotes the answer, goes nowhere (CL-08)', () => {
    const failure = tokenEndpointFailure(refusal(400, 'invalid_grant', [50173]), new Error('POISON'))
    expect([failure.code, failure.cause]).toEqual(['invalid_grant.50173', undefined])
    expect(String(failure.stack)).not.toContain('POISON')
  })
})

describe('a claims challenge (F-48)', () => {
  const claims = '{"access_token":{"nbf":{"essential":true, "value":"1604106651"}}}'
  const encoded = Buffer.from(claims).toString('base64')
  test.each([
    // learn.microsoft.com/entra/identity-platform/claims-challenge
    [
      'as documented',
      `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${encoded}"`,
      claims,
    ],
    ['of another error', `Bearer error="invalid_token", claims="${encoded}"`, undefined],
    ['without claims', 'Bearer error="insufficient_claims"', undefined],
    ['with claims that are no JSON', 'Bearer error="insufficient_claims", claims="YWJj"', undefined],
    ['too long', `Bearer error="insufficient_claims", claims="${'A'.repeat(9000)}"`, undefined],
    ['that is none', undefined, undefined],
  ])('%s', (_, header, expected) => {
    expect(claimsIn(header)).toBe(expected)
  })
})
