import { ConfidentialClientApplication, CryptoProvider, ResponseMode } from '@azure/msal-node'
import { expect, test } from 'vitest'
import { CLIENT_ID, CLIENT_SECRET, openEmulator, REDIRECT_URI } from './support.ts'

// Microsoft's own client library is the judge that nobody here wrote.
const emulator = await openEmulator()
const account = emulator.addAccount({ kind: 'work', address: 'ada@practice.example', name: 'Ada Lind' })
const SCOPES = ['Calendars.ReadBasic']

/** MSAL refuses an http authority, but takes http endpoints in its metadata. */
function client(tenant: string): ConfidentialClientApplication {
  const base = `${emulator.origin}/${tenant}`
  const authorityMetadata = JSON.stringify({
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    issuer: `${emulator.origin}/{tenantid}/v2.0`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
  })
  const authority = `https://login.microsoftonline.com/${tenant}`
  return new ConfidentialClientApplication({
    auth: {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      authority,
      authorityMetadata,
      knownAuthorities: ['login.microsoftonline.com'],
    },
  })
}

async function signIn(msal: ConfidentialClientApplication) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes()
  const request = { scopes: SCOPES, redirectUri: REDIRECT_URI, state: 'the-state', nonce: 'the-nonce' }
  const url = await msal.getAuthCodeUrl({
    ...request,
    responseMode: ResponseMode.QUERY,
    prompt: 'select_account',
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
  })
  const answer = new URL(await emulator.signIn(url, account)).searchParams
  return msal.acquireTokenByCode(
    { ...request, codeVerifier: verifier, code: answer.get('code') ?? '' },
    { code: answer.get('code') ?? '', state: answer.get('state') ?? '', nonce: 'the-nonce' },
  )
}

test('MSAL signs in, refreshes against the own tenant and reads refusals', async () => {
  const msal = client('common')
  const result = await signIn(msal)
  expect(result.account).toMatchObject({
    homeAccountId: `${account.oid}.${account.tid}`,
    username: account.address,
    tenantId: account.tid,
    name: 'Ada Lind',
  })
  expect(result.scopes).toContain('Calendars.ReadBasic')
  if (!result.account) throw new Error('no account')

  const own = client(account.tid)
  own.getTokenCache().deserialize(msal.getTokenCache().serialize())
  const refreshed = await own.acquireTokenSilent({ account: result.account, scopes: SCOPES, forceRefresh: true })
  expect(refreshed.fromCache).toBe(false)
  expect(refreshed.accessToken).not.toBe(result.accessToken)

  const ask = () => own.acquireTokenSilent({ account: result.account as never, scopes: SCOPES, forceRefresh: true })
  emulator.withdrawConsent(account)
  await expect(ask()).rejects.toMatchObject({ name: 'InteractionRequiredAuthError', subError: 'consent_required' })
  emulator.revoke(account)
  await expect(ask()).rejects.toMatchObject({
    errorCode: 'invalid_grant',
    errorMessage: expect.stringContaining('AADSTS50173'),
  })
})
