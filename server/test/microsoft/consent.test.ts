import { describe, expect, test } from 'vitest'
import type { Account, Decision, Fault } from '../../dev/microsoft-emulator/index.ts'
import type { CalendarAccess } from '../../src/ports/calendar-connector.ts'
import { CALENDAR_FAILURES } from '../../src/ports/calendar-failure.ts'
import {
  attach,
  bindingOf,
  CLIENT_ID,
  comeBack,
  connect,
  failureOf,
  REDIRECT_URI,
  reasonOf,
  signInRequest,
  startMicrosoft,
} from './support.ts'

const fixture = await startMicrosoft()
const { emulator, binding } = fixture
const { connector } = binding

let people = 0
const person = (draft: Partial<Parameters<typeof emulator.addAccount>[0]> = {}): Account =>
  emulator.addAccount({ kind: 'work', address: `person-${++people}@practice.example`, ...draft })

const redeem = async (account: Account, access: CalendarAccess = 'bookings') =>
  connector.redeem(await comeBack(fixture, account, access))

describe('listCalendars', () => {
  test('lists every page, the default one marked', async () => {
    const paged = await connect(fixture)
    for (let n = 0; n < 230; n++) emulator.addCalendar(paged.account, `No. ${n}`)
    const found = await connector.listCalendars(paged.connection)
    expect(found).toHaveLength(231)
    expect(found.filter(({ isDefault }) => isDefault).map(({ name }) => name)).toEqual(['Calendar'])
  })

  test('a lapsed page fails the list', async () => {
    const connected = await connect(fixture)
    for (let n = 0; n < 230; n++) emulator.addCalendar(connected.account, `No. ${n}`)
    emulator.faults.failNext('GET /v1.0/me/calendars', { status: 503 }, { after: 1, times: 9 })
    expect(await reasonOf(connector.listCalendars(connected.connection))).toBe('unavailable')
  })

  test.each([
    ['F-27 a foreign link', { kind: 'next-link', to: 'http://evil.example/v1.0/me/calendars' }],
    ['F-28 a link to itself', { kind: 'next-link', to: 'self' }],
    ['no list', { kind: 'value', value: 'missing' }],
    ['a calendar without an id', { kind: 'events', set: { id: undefined } }],
  ] as [string, Fault][])('%s is garbled', async (_, fault) => {
    const { connection } = await connect(fixture)
    emulator.faults.failNext('GET /v1.0/me/calendars', fault, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(connector.listCalendars(connection))).toBe('garbled')
  })

  test.each([
    ['no mailbox', { mailbox: 'none' }, 'not_found', 'MailboxNotEnabledForRESTAPI'],
    ['no licence', { mailbox: 'unlicensed' }, 'forbidden', 'ErrorAccessDenied'],
    ['an access policy', { mailbox: 'policy' }, 'forbidden', 'ErrorAccessDenied'],
    ['a guest', { kind: 'guest' }, 'not_found', 'guest_account'],
  ] as const)('an account with %s is told so when it connects: %s', async (_, draft, reason, code) => {
    const account = person(draft)
    const { connection } = attach(fixture, account, await redeem(account))
    expect(await failureOf(connector.listCalendars(connection))).toMatchObject({ reason, code })
    expect(binding.features.sentences[reason]).toMatch(/\.$/)
  })

  test.each([
    ['Graph, with a code', 'GET /v1.0/me/calendars', { status: 401, code: 'InvalidAuthenticationToken' }, 'reconnect'],
    [
      'the sign-in, without a code',
      'POST /*/oauth2/v2.0/token',
      { status: 401, body: { error: 'no such code' } },
      'garbled',
    ],
  ] as const)('no other 401 makes an account a guest: from %s', async (_, match, fault, reason) => {
    const { connection } = await connect(fixture)
    fixture.clock.advance(2 * 60 * 60_000)
    emulator.faults.failNext(match, fault, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(connector.listCalendars(connection))).toBe(reason)
  })
})

describe('consent', () => {
  const outcome = async (account: Account, decision: Decision) => {
    const { url } = await connector.authorize(signInRequest('bookings').request)
    const callback = new URL(await emulator.signIn(url.href, account, decision)).searchParams
    const description = callback.get('error_description') ?? undefined
    return binding.consentOutcome(callback.get('error') ?? '', callback.get('error_subcode') ?? undefined, description)
  }

  test('declined, or stopped at "Need admin approval": both are said to be possible', async () => {
    expect(await outcome(person(), 'decline')).toBe('declined_or_admin')
    expect(await outcome(person({ userConsent: 'admin-approval' }), 'return')).toBe('declined_or_admin')
  })

  test('AADSTS90094 says plainly that an administrator is wanted', async () => {
    expect(await outcome(person({ userConsent: 'admin-error' }), 'accept')).toBe('admin_consent')
  })

  test.each([
    ['access_denied', 'cancel', undefined, 'declined_or_admin'],
    ['access_denied', 'cancel', 'AADSTS65004: User declined to consent to access the app.', 'declined_or_admin'],
    ['access_denied', undefined, 'AADSTS90094: Admin consent is required.', 'admin_consent'],
    ['invalid_client', undefined, 'AADSTS90094: Admin consent is required.', 'admin_consent'],
    ['access_denied', undefined, 'AADSTS90095: Admin consent request.', 'admin_consent'],
    ['consent_required', undefined, 'AADSTS65001: The user or administrator has not consented.', 'declined_or_admin'],
    ['interaction_required', undefined, undefined, 'declined_or_admin'],
    ['permission_denied', undefined, 'The admin canceled the request', 'declined_or_admin'],
    ['server_error', undefined, undefined, 'failed'],
    ['invalid_request', undefined, 'AADSTS900144: missing', 'failed'],
    ['temporarily_unavailable', undefined, undefined, 'failed'],
    ['anything', undefined, '<script>', 'failed'],
  ] as const)('OA-19 %s (%s, %s): %s', (error, subError, description, kind) => {
    expect(binding.consentOutcome(error, subError, description)).toBe(kind)
  })

  test.each([
    [undefined, 'common', 'organizations'],
    [undefined, 'consumers', 'organizations'],
    [undefined, 'contoso.example', 'contoso.example'],
    ['9188040d-6c67-4c5b-b112-36a304b66dad', 'common', 'organizations'],
    ['2f6013b3-aa4a-4089-a15f-f7f4d627acf2', 'common', '2f6013b3-aa4a-4089-a15f-f7f4d627acf2'],
    ['../evil', 'common', 'organizations'],
  ])('OA-41 the administrator of %s, app for %s, goes to %s', (organisation, tenant, segment) => {
    const { connector } = bindingOf(fixture, {}, { tenant })
    const request = { redirectUri: REDIRECT_URI, state: 'a-state', access: 'bookings' as const }
    const url = connector.adminConsentUrl?.({
      ...request,
      ...(organisation === undefined ? {} : { accountKey: `${organisation}.oid` }),
    })
    expect(url?.pathname).toBe(`/${segment}/v2.0/adminconsent`)
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      state: 'a-state',
      scope:
        'openid profile email offline_access https://graph.microsoft.com/Calendars.ReadBasic https://graph.microsoft.com/Calendars.ReadWrite',
    })
  })

  test.each([
    ['admin-approval', 'bookings'],
    ['admin-approval', 'availability'],
    ['off', 'bookings'],
    ['off', 'availability'],
  ] as const)('OA-41 an administrator’s approval lets people through: %s, %s', async (userConsent, access) => {
    const account = person({ userConsent })
    const request = {
      redirectUri: REDIRECT_URI,
      state: 'a-state',
      access,
      accountKey: `${account.tid}.${account.oid}`,
    }
    const url = connector.adminConsentUrl?.(request)
    await emulator.decideAsAdmin(url?.href ?? '', account, 'approve')
    expect((await connector.redeem(await comeBack(fixture, account, access))).access).toBe(access)
  })

  test('OA-41 an administrator’s approval of reading is none of writing', async () => {
    const account = person({ userConsent: 'off' })
    const request = { redirectUri: REDIRECT_URI, state: 'a-state', access: 'availability' as const }
    const url = connector.adminConsentUrl?.({ ...request, accountKey: `${account.tid}.${account.oid}` })
    expect(url?.searchParams.get('scope')).not.toContain('ReadWrite')
    await emulator.decideAsAdmin(url?.href ?? '', account, 'approve')
    await expect(comeBack(fixture, account, 'bookings')).rejects.toThrow()
  })
})

describe('features', () => {
  test('name what differs, with a sentence for each failure', () => {
    const { features } = binding
    expect(features).toMatchObject({
      slug: 'microsoft',
      label: 'Outlook',
      company: 'Microsoft',
      signInLabel: 'Sign in with Microsoft',
      issuerOrigins: [emulator.origin],
      onlineMeeting: 'Teams',
    })
    expect(Object.keys(features.sentences).sort()).toEqual([...CALENDAR_FAILURES].sort())
    for (const { url } of features.accessRemovalUrls) expect(new URL(url).protocol).toBe('https:')
  })

  test('TS-27 revoking asks nobody: Entra has nothing to ask', async () => {
    emulator.journal.clear()
    await connector.revoke('{}')
    expect(emulator.journal.entries).toEqual([])
  })
})
