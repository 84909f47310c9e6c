import { describe, expect, test } from 'vitest'
import { createMicrosoftCalendar } from '../../src/adapters/microsoft-calendar/index.ts'
import { bindingOf, CLIENT_ID, challengeOf, configOf, REDIRECT_URI, signInRequest, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, binding, log, clock } = fixture
const { connector } = binding
const READ = 'openid profile email offline_access Calendars.ReadBasic'

describe('authorize', () => {
  test.each([
    ['availability', READ],
    ['bookings', `${READ} Calendars.ReadWrite`],
  ] as const)('OA-17 for %s asks for exactly these scopes', async (access, scopes) => {
    const { request } = signInRequest(access)
    const { url, scopes: sent } = await connector.authorize(request)
    expect([...sent].sort()).toEqual(scopes.split(' ').sort())
    expect(url.searchParams.get('scope')).toBe(sent.join(' '))
  })

  test('OA-07 OA-15 sends everything the flow needs, and nothing of the verifier', async () => {
    const { request, verifier } = signInRequest('bookings')
    const { url } = await connector.authorize(request)
    expect(url.origin + url.pathname).toBe(`${emulator.origin}/common/oauth2/v2.0/authorize`)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT_ID,
      response_type: 'code',
      response_mode: 'query',
      redirect_uri: REDIRECT_URI,
      state: request.state,
      nonce: request.nonce,
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
    })
    expect(url.href).not.toContain(verifier)
  })

  test('OA-35 lets people choose an account first, and leads them to the known one later', async () => {
    const first = (await connector.authorize(signInRequest('bookings').request)).url.searchParams
    expect([first.get('prompt'), first.get('login_hint')]).toEqual(['select_account', null])
    const hint = { loginHint: 'ada@practice.example' }
    const again = (await connector.authorize(signInRequest('bookings', hint).request)).url.searchParams
    expect([again.get('prompt'), again.get('login_hint')]).toEqual([null, 'ada@practice.example'])
  })

  test('names Graph in the scopes of other clouds, and their authority', async () => {
    const config = configOf('https://login.microsoftonline.us', { graphUrl: 'https://graph.microsoft.us' })
    const http = () => Promise.reject(new Error('no network'))
    const national = createMicrosoftCalendar({ config, vault: fixture.vault, clock, log, http })
    const { url } = await national.connector.authorize(signInRequest('bookings').request)
    expect(url.origin).toBe('https://login.microsoftonline.us')
    expect(url.searchParams.get('scope')?.split(' ').sort()).toEqual([
      'email',
      'https://graph.microsoft.us/Calendars.ReadBasic',
      'https://graph.microsoft.us/Calendars.ReadWrite',
      'offline_access',
      'openid',
      'profile',
    ])
  })

  test('uses the read scope and the tenant of the configuration', async () => {
    const { connector } = bindingOf(fixture, {}, { readScope: 'Calendars.Read', tenant: 'organizations' })
    const { url } = await connector.authorize(signInRequest('availability').request)
    expect(url.pathname).toBe('/organizations/oauth2/v2.0/authorize')
    expect(url.searchParams.get('scope')?.split(' ')).toContain('Calendars.Read')
  })

  test('OA-33 makes no request but the first one for the metadata', async () => {
    const { connector: fresh } = bindingOf(fixture)
    emulator.journal.clear()
    for (let turn = 0; turn < 3; turn++) await fresh.authorize(signInRequest('bookings').request)
    expect(emulator.journal.entries.map(({ path }) => path)).toEqual(['/common/v2.0/.well-known/openid-configuration'])
  })
})
