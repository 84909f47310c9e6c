import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import {
  attempt,
  CLIENT_ID,
  callback,
  codeFields,
  connect,
  graphWith,
  openEmulator,
  READ,
  REDIRECT_URI,
  token,
  WRITE,
} from './support.ts'

let time = Date.parse('2027-01-04T08:00:00Z')
const emulator = await openEmulator({ now: () => new Date(time) })
const DAY = 864e5
const work = (address = `ada${Math.random()}@practice.example`) => emulator.addAccount({ kind: 'work', address })

const keys = async () =>
  createLocalJWKSet((await (await fetch(`${emulator.origin}/common/discovery/v2.0/keys`)).json()) as never)

describe('a code is redeemed', () => {
  test('a code is redeemed for the tokens Entra documents, with an id token signed by its keys', async () => {
    const account = work()
    const { status, json } = await connect(emulator, account)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      token_type: 'Bearer',
      scope: 'openid profile email Calendars.ReadBasic Calendars.ReadWrite',
    })
    expect(json.expires_in).toBeGreaterThanOrEqual(3600)
    expect(json.expires_in).toBeLessThan(5400)
    expect(json.access_token).not.toContain('.')
    const { payload } = await jwtVerify(json.id_token, await keys(), {
      audience: CLIENT_ID,
      issuer: `${emulator.origin}/${account.tid}/v2.0`,
      currentDate: new Date(time),
    })
    expect(payload).toMatchObject({
      tid: account.tid,
      oid: account.oid,
      nonce: 'the-nonce',
      ver: '2.0',
      preferred_username: account.address,
    })
    expect(JSON.parse(Buffer.from(json.client_info, 'base64url').toString())).toEqual({
      uid: account.oid,
      utid: account.tid,
    })
  })

  test('once, in ten minutes, at the same tenant path', async () => {
    const account = work()
    const redeem = async (tenant: string, wait = 0) => {
      const { url, verifier } = attempt(emulator, { scope: READ })
      const fields = codeFields((await callback(emulator, url, account)).get('code'), verifier)
      time += wait
      return [await token(emulator, fields, tenant), await token(emulator, fields, tenant)]
    }
    const [first, again] = await redeem('common')
    expect([first?.status, again?.status, again?.json.error_codes]).toEqual([200, 400, [54005]])
    expect((await redeem('organizations'))[0]?.json).toMatchObject({ error: 'invalid_grant', error_codes: [700005] })
    expect((await redeem('common', 601_000))[0]?.json).toMatchObject({ error: 'invalid_grant', error_codes: [70008] })
  })

  test('a code is redeemed only with the verifier, the redirect URI and the secret', async () => {
    const account = work()
    const redeem = async (change: Record<string, string | undefined>) => {
      const { url, verifier } = attempt(emulator)
      const fields = codeFields((await callback(emulator, url, account)).get('code'), verifier)
      return (await token(emulator, { ...fields, ...change })).json
    }
    expect(await redeem({ code_verifier: 'x'.repeat(43) })).toMatchObject({
      error: 'invalid_grant',
      error_codes: [50148],
    })
    expect(await redeem({ redirect_uri: 'http://127.0.0.1/elsewhere' })).toMatchObject({ error: 'invalid_grant' })
    expect(await redeem({ client_secret: 'wrong' })).toMatchObject({ error: 'invalid_client', error_codes: [7000215] })
    emulator.setClientSecretExpired(true)
    const expired = await redeem({})
    emulator.clientSecrets.set('a second secret', 'valid')
    const renewed = await redeem({ client_secret: 'a second secret' })
    emulator.clientSecrets.delete('a second secret')
    expect(await redeem({ client_secret: 'a second secret' })).toMatchObject({ error_codes: [7000215] })
    emulator.setClientSecretExpired(false)
    expect(renewed).toMatchObject({ token_type: 'Bearer' })
    expect(expired).toMatchObject({ error: 'invalid_client', error_codes: [7000222] })
    expect(expired.error_description).toMatch(
      /^AADSTS7000222: .* Trace ID: .* Correlation ID: .* Timestamp: 2027-01-04 /,
    )
  })
})

describe('a refresh', () => {
  const refresh = async (refreshToken: string, fields: Record<string, string> = {}, tenant = 'common') =>
    token(emulator, { grant_type: 'refresh_token', refresh_token: refreshToken, ...fields }, tenant)

  test('brings a new refresh token and leaves the old one alive (F-06)', async () => {
    const { json } = await connect(emulator, work())
    const first = await refresh(json.refresh_token)
    const again = await refresh(json.refresh_token)
    expect([first.status, again.status]).toEqual([200, 200])
    expect(new Set([json.refresh_token, first.json.refresh_token, again.json.refresh_token]).size).toBe(3)
  })

  test('under strict rotation a second use revokes the family', async () => {
    const { json } = await connect(emulator, work())
    emulator.quirks.strictRotation = true
    const first = await refresh(json.refresh_token)
    const again = await refresh(json.refresh_token)
    const newest = await refresh(first.json.refresh_token)
    emulator.quirks.strictRotation = false
    expect([first.status, again.status, newest.status]).toEqual([200, 400, 400])
  })

  test('narrows the scope it names, not what the access token may do', async () => {
    const account = work()
    const { json } = await connect(emulator, account)
    const narrow = (
      await refresh(json.refresh_token, {
        scope: 'openid offline_access https://graph.microsoft.com/calendars.readbasic',
      })
    ).json
    expect(narrow.scope).toBe('openid Calendars.ReadBasic')
    const body = {
      start: { dateTime: '2027-01-05T09:00:00', timeZone: 'UTC' },
      end: { dateTime: '2027-01-05T10:00:00', timeZone: 'UTC' },
      transactionId: 'narrow',
    }
    expect((await graphWith(emulator, narrow.access_token)('/me/events', { body })).status).toBe(201)
    expect((await refresh(narrow.refresh_token)).json.scope).toContain('Calendars.ReadWrite')
  })

  test('fails when revoked, idle for 90 days, unconsented or elsewhere (F-47)', async () => {
    const account = work()
    const { json } = await connect(emulator, account, READ)
    expect((await refresh(json.refresh_token, { scope: 'Calendars.ReadWrite' })).json).toMatchObject({
      error: 'invalid_grant',
      suberror: 'consent_required',
      error_codes: [65001],
    })
    expect((await refresh(json.refresh_token, {}, 'consumers')).json.error_codes).toEqual([50020])
    expect((await refresh(json.refresh_token, {}, account.tid)).status).toBe(200)
    time += 91 * DAY
    expect((await refresh(json.refresh_token)).json.error_codes).toEqual([700082])
    emulator.revoke(account)
    expect((await refresh(json.refresh_token)).json).toMatchObject({ error: 'invalid_grant', error_codes: [50173] })
    const back = (await connect(emulator, account, READ)).json
    emulator.withdrawConsent(account)
    expect((await refresh(back.refresh_token)).json.suberror).toBe('consent_required')
  })
})

describe('the authorize endpoint', () => {
  const refusal = async (change: Record<string, string | undefined>) => {
    const response = await fetch(attempt(emulator, { change }).url, { redirect: 'manual' })
    return { status: response.status, location: response.headers.get('location'), text: await response.text() }
  }

  test('shows mistakes of the application instead of sending them anywhere', async () => {
    for (const change of [
      { code_challenge: undefined },
      { code_challenge_method: 'plain' },
      { nonce: undefined },
      { client_id: 'other' },
      { redirect_uri: 'http://127.0.0.1:3999/other' },
    ]) {
      expect(await refusal(change)).toMatchObject({ status: 400, location: null })
    }
    expect((await refusal({ code_challenge: undefined })).text).toContain('PKCE')
  })

  test('refuses scopes it does not know', async () => {
    const { location } = await refusal({ scope: 'openid Mail.Send' })
    expect(new URL(location ?? '').searchParams.get('error')).toBe('invalid_scope')
  })

  test('lists only the scopes not yet consented to', async () => {
    const account = work()
    await connect(emulator, account, READ)
    const { url } = attempt(emulator, { change: { prompt: undefined, login_hint: account.address } })
    const page = await (await fetch(url)).text()
    expect(page).toContain('Have full access to your calendars')
    expect(page).not.toContain('Read basic details')
  })

  test('goes straight back when all is consented and the hint names the account; select_account asks all the same', async () => {
    const account = work()
    await connect(emulator, account)
    const hinted = await fetch(attempt(emulator, { change: { prompt: undefined, login_hint: account.address } }).url, {
      redirect: 'manual',
    })
    expect(new URL(hinted.headers.get('location') ?? '').searchParams.get('code')).toBeTruthy()
    const choice = await fetch(attempt(emulator, { change: { login_hint: account.address } }).url, {
      redirect: 'manual',
    })
    expect(await choice.text()).toContain('Pick an account')
  })

  test('sends a declining person back with AADSTS65004', async () => {
    const answer = await callback(emulator, attempt(emulator).url, work(), 'decline')
    expect(Object.fromEntries(answer)).toMatchObject({
      error: 'access_denied',
      error_subcode: 'cancel',
      state: 'the-state',
    })
    expect(answer.get('error_description')).toContain('AADSTS65004')
  })

  test('may need an administrator, and then says no more than access_denied', async () => {
    const account = emulator.addAccount({ kind: 'work', address: 'bo@clinic.example', userConsent: 'admin-approval' })
    const answer = await callback(emulator, attempt(emulator).url, account, 'return')
    expect(Object.fromEntries(answer)).toEqual({ error: 'access_denied', error_subcode: 'cancel', state: 'the-state' })
    account.userConsent = 'admin-error'
    expect((await callback(emulator, attempt(emulator).url, account)).get('error')).toBe('consent_required')

    const admin = new URL(`${emulator.origin}/organizations/v2.0/adminconsent`)
    admin.search = new URLSearchParams({
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      scope: WRITE,
      state: 's',
    }).toString()
    const denied = new URL(await emulator.decideAsAdmin(admin.href, account, 'deny')).searchParams
    expect([denied.get('admin_consent'), denied.get('error')]).toEqual(['True', 'consent_required'])
    const approved = new URL(await emulator.decideAsAdmin(admin.href, account, 'approve')).searchParams
    expect(Object.fromEntries(approved)).toMatchObject({ admin_consent: 'True', tenant: account.tid, state: 's' })
    expect(approved.has('code')).toBe(false)
    expect((await connect(emulator, account)).status).toBe(200)
    const common = await fetch(admin.href.replace('/organizations/', '/common/'))
    expect(common.status).toBe(400)
  })

  test('keeps personal accounts out of organizations', async () => {
    const account = emulator.addAccount({ kind: 'personal', address: 'cy@outlook.example' })
    const { url } = attempt(emulator, {
      tenant: 'organizations',
      change: { prompt: undefined, login_hint: account.address },
    })
    const refused = await fetch(url)
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('AADSTS50020')])
    expect((await connect(emulator, account)).status).toBe(200)
  })
})
