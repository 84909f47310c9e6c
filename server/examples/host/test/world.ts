import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLog } from 'booking-calendar-adapter'
import { emulateMicrosoft } from 'booking-calendar-adapter/testing'
import { createApp, createBearer } from '../src/app.js'
import { GoogleCalendar } from '../src/calendar/google.js'
import { MockCalendar } from '../src/calendar/mock.js'
import { openDatabase } from '../src/database.js'
import { createMicrosoft } from '../src/microsoft/index.js'

export const KEYS = [{ kid: 'test', key: new Uint8Array(32).fill(7) }]

/** The host on a port of its own, with an emulated Microsoft. */
export async function startHost() {
  const database = openDatabase(process.env.DATABASE_URL ?? '')
  const server: Server = (await import('node:http')).createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const emulator = await emulateMicrosoft({ redirectUris: [`${apiUrl}/calendar/microsoft/callback`] })
  const bearer = createBearer(database)
  const parts = {
    database,
    config: emulator.config,
    keys: KEYS,
    log: silentLog,
    bearer,
    apiUrl,
    appUrl: 'http://app.example',
  }
  const microsoft = createMicrosoft(parts)
  const calendars = {
    MOCK: new MockCalendar(),
    GOOGLE: new GoogleCalendar(async () => 'none'),
    MICROSOFT: microsoft.provider,
  }
  server.on('request', createApp({ database, calendars, bearer, routes: microsoft.routes }))
  const ask = async (method: string, path: string, token: string, body?: object, cookie = '') => {
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', cookie },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
      json: text.startsWith('{') ? JSON.parse(text) : undefined,
    }
  }
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await emulator.close()
    await database.$disconnect()
  }
  return { database, emulator, microsoft, apiUrl, ask, close }
}

export type Host = Awaited<ReturnType<typeof startHost>>

/** She starts in the web application, signs in at Microsoft, and her browser comes back with the cookie. */
export async function connect(host: Host, token: string, address: string, cookie?: string) {
  const started = await host.ask('POST', '/calendar/microsoft/start', token, { access: 'bookings' })
  const back = new URL(await host.emulator.signIn(started.json.url, address))
  const path = `${back.pathname}${back.search}`
  const finish = () => host.ask('GET', path, '', undefined, cookie ?? started.cookie)
  return { finish, state: back.searchParams.get('state') ?? '' }
}
