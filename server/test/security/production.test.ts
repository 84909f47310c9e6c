import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isExposed } from '../../src/adapters/postgres/client.ts'
import { startApplication } from '../../src/application.ts'
import { parseConfig } from '../../src/config.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { environmentFor } from '../support/environment.ts'
import { LogRecorder } from '../support/log-recorder.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())

const REAL = {
  CALENDAR_ADAPTERS: 'real',
  MICROSOFT_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
  MICROSOFT_CLIENT_SECRET: 'made up for this test',
}

describe('CL-01 where NODE_ENV is production', () => {
  const complaint = (more: Record<string, string>): string => {
    try {
      parseConfig({ ...environmentFor(test), ...REAL, ...more })
      return ''
    } catch (error) {
      return error instanceof Error ? error.message : 'unknown'
    }
  }
  const weak = ['a'.repeat(32), 'abc'.repeat(20), '0123456789'.slice(1).repeat(4)]

  it.each<readonly [string, string]>([
    ['CALENDAR_ADAPTERS', 'mock'],
    ...weak.map((text) => ['SESSION_SECRET', text] as const),
  ])('CL-01 %s=%s is refused, and nowhere else', (name, value) => {
    const said = complaint({ NODE_ENV: 'production', [name]: value })
    expect(said).toMatch(new RegExp(`^Configuration: ${name} must [^;]*$`))
    if (name === 'SESSION_SECRET') expect(said).not.toContain(value)
    expect(complaint({ NODE_ENV: 'development', [name]: value })).toBe('')
    expect(complaint({ [name]: value })).toBe('')
  })

  it('CL-01 a random secret is taken, in hexadecimal digits and in base64', () => {
    for (const encoding of ['hex', 'base64'] as const) {
      const secret = Buffer.from('00112233445566778899aabbccddeeff', 'hex').toString(encoding).padEnd(32, 'xyz')
      expect(complaint({ NODE_ENV: 'production', SESSION_SECRET: secret })).toBe('')
    }
  })

  it('CL-01 http on loopback is said in a warning, once', async () => {
    for (const [more, times] of [
      [{ NODE_ENV: 'production' }, 1],
      [{ NODE_ENV: 'production', APP_URL: 'https://booking.example' }, 0],
      [{}, 0],
    ] as const) {
      const logs = new LogRecorder()
      const app = await startApplication(parseConfig({ ...environmentFor(test), ...REAL, PORT: '0', ...more }), {
        log: logs,
      })
      await app.close()
      expect(logs.of('app_url_without_tls')).toHaveLength(times)
    }
  })

  it.each([
    ['db.invalid/booking', 1],
    ['db.invalid/booking?sslmode=disable', 1],
    ['db.invalid/booking?sslmode=no-verify', 1],
    ['203.0.113.7/booking', 1],
    ['172.32.0.1/booking', 1],
    ['db.invalid/booking?sslmode=verify-full', 0],
    ['db.invalid/booking?ssl=true', 0],
  ])('CL-01 a database across the internet without TLS is said in a warning: %s', async (where, times) => {
    const logs = new LogRecorder()
    const environment = {
      ...environmentFor(test),
      ...REAL,
      PORT: '0',
      DATABASE_URL: `postgresql://u:pw-CANARY@${where}`,
    }
    for (const NODE_ENV of ['production', 'development'])
      await startApplication(parseConfig({ ...environment, NODE_ENV }), { log: logs }, AbortSignal.abort()).catch(
        () => {},
      )
    expect(logs.of('database_without_tls')).toHaveLength(times)
    expect(JSON.stringify(logs.entries)).not.toContain('CANARY')
  })

  it.each(['127.0.0.1', '[::1]', 'localhost', 'dpg-abc-a', '10.1.2.3', '172.31.0.9', 'db.internal'])(
    'CL-01 no warning is given of a database at %s, which no stranger comes between',
    (host) => {
      expect(isExposed(`postgresql://u:p@${host}/booking`)).toBe(false)
    },
  )
})
