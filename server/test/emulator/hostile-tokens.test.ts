import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { connect, graphWith, openEmulator, token } from './support.ts'

const emulator = await openEmulator()
const work = () => emulator.addAccount({ kind: 'work', address: `ada${Math.random()}@practice.example` })
const keys = async () =>
  createLocalJWKSet((await (await fetch(`${emulator.origin}/common/discovery/v2.0/keys`)).json()) as never)

describe('hostile token answers', () => {
  test.each([
    ['wrong-nonce', { nonce: 'not-the-nonce-you-sent' }],
    ['wrong-audience', { aud: '22222222-2222-4222-8222-222222222222' }],
    ['wrong-issuer', { iss: expect.stringContaining('0f0f0f0f') }],
    ['wrong-tenant', { tid: expect.stringContaining('0f0f0f0f') }],
  ] as const)('%s', async (idToken, claims) => {
    emulator.spoilNextTokens({ idToken })
    expect(decodeJwt((await connect(emulator, work())).json.id_token)).toMatchObject(claims)
  })

  test('expired, unsigned, signed by another key, missing', async () => {
    const next = async (idToken: 'expired' | 'unsigned' | 'foreign-key' | 'broken-signature' | 'missing') => {
      emulator.spoilNextTokens({ idToken })
      return (await connect(emulator, work())).json.id_token
    }
    const verify = async (jwt: string) => jwtVerify(jwt, await keys())
    await expect(verify(await next('expired'))).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' })
    await expect(verify(await next('foreign-key'))).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
    await expect(verify(await next('broken-signature'))).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
    expect(await next('unsigned')).toMatch(/\.$/)
    expect(await next('missing')).toBeUndefined()
  })

  test('no refresh token, other scopes and forms, another account (F-50, F-51)', async () => {
    const [ada, bo] = [work(), work()]
    emulator.spoilNextTokens({
      refreshToken: 'missing',
      scopes: ['openid', 'Calendars.Read'],
      scopeForm: 'full',
      account: bo,
    })
    const { json } = await connect(emulator, ada)
    expect(json.refresh_token).toBeUndefined()
    expect(json.scope).toBe('openid https://graph.microsoft.com/Calendars.Read')
    expect(decodeJwt(json.id_token).oid).toBe(bo.oid)
  })
})

test('a claims challenge is over when a token is asked for with its claims (F-48)', async () => {
  const account = work()
  const capable = '"xms_cc":{"values":["cp1"]}'
  const { json } = await connect(emulator, account)
  const refresh = async (claims: string) =>
    (await token(emulator, { grant_type: 'refresh_token', refresh_token: json.refresh_token, claims })).json
  emulator.challenge(account)
  const still = await graphWith(
    emulator,
    (await refresh(`{"access_token":{${capable}}}`)).access_token,
  )('/me/calendars')
  expect(still.status).toBe(401)
  const [, encoded = ''] = /claims="([^"]+)"/.exec(still.headers.get('www-authenticate') ?? '') ?? []
  const asked = JSON.parse(Buffer.from(encoded, 'base64').toString())
  const merged = JSON.stringify({ access_token: { ...asked.access_token, xms_cc: { values: ['cp1'] } } })
  expect((await graphWith(emulator, (await refresh(merged)).access_token)('/me/calendars')).status).toBe(200)
})
