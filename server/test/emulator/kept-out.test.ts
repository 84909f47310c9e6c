import { expect, test } from 'vitest'
import { attempt, callback, connect, openEmulator, READ, token } from './support.ts'

const emulator = await openEmulator({})
let accounts = 0
const work = () => emulator.addAccount({ kind: 'work', address: `ada${++accounts}@practice.example` })
const refresh = (refreshToken: string) =>
  token(emulator, { grant_type: 'refresh_token', refresh_token: refreshToken }, 'common')

test('a refresh fails where the directory of the account keeps the application out, and in no other', async () => {
  const [account, other] = [work(), work()]
  const [{ json }, { json: others }] = [await connect(emulator, account, READ), await connect(emulator, other, READ)]
  for (const [aadsts, error] of [
    [7000112, 'unauthorized_client'],
    [90099, 'unauthorized_client'],
    [500011, 'invalid_resource'],
    [500014, 'invalid_resource'],
  ] as const) {
    emulator.keepOut(account, aadsts)
    const refused = await refresh(json.refresh_token)
    expect(refused).toMatchObject({ status: 400, json: { error, error_codes: [aadsts] } })
    expect((await refresh(others.refresh_token)).status).toBe(200)
  }
  await expect(callback(emulator, attempt(emulator, { scope: READ }).url, account)).rejects.toThrow()
  emulator.keepOut(account)
  expect((await refresh(json.refresh_token)).status).toBe(200)
})
