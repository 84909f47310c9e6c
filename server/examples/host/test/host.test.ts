import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Host, startHost } from './world.js'

let host: Host
const TOKEN = 'token-of-ada'
const ADA = 'ada@practice.example'
const span = (from: string, to: string) => `/busy?from=2027-06-14T${from}:00Z&to=2027-06-14T${to}:00Z`
const busy = async (from = '06:00', to = '18:00') => (await host.ask('GET', span(from, to), TOKEN)).json.busy
const times = { clientName: 'Cleo', startsAt: '2027-06-14T12:00:00Z', endsAt: '2027-06-14T12:50:00Z' }
const at = (time: string) => new Date(`2027-06-14T${time}:00Z`)
const all = { start: at('06:00').toISOString(), end: at('18:00').toISOString() }

beforeAll(async () => {
  host = await startHost()
  await host.database.tenant.create({ data: { apiToken: TOKEN, timeZone: 'Europe/Berlin' } })
  host.emulator.addAccount(ADA)
}, 60_000)
afterAll(() => host.close())

describe('a callback that is none of hers', () => {
  const outcome = async (answer: Promise<{ location: string | null }>) => new URL((await answer).location ?? '').search

  it('from another browser, with a state nobody gave, or with an attempt that was tampered with connects nothing', async () => {
    const elsewhere = await connect(host, TOKEN, ADA, 'calendar_connect=another')
    expect(await outcome(elsewhere.finish())).toBe('?calendar=unusable_state')
    const made_up = host.ask('GET', '/calendar/microsoft/callback?state=x&code=y', '')
    expect(await outcome(made_up)).toBe('?calendar=unusable_state')
    const tampered = await connect(host, TOKEN, ADA)
    const { count } = await host.database.calendarAttempt.updateMany({ data: { sealed: 'v1.test.tampered' } })
    expect(count).toBe(1)
    expect((await tampered.finish()).status).toBe(500)
    expect(await host.database.calendarConnection.count()).toBe(0)
  })
})

describe('Outlook in a host of its own', () => {
  it('connects, once', async () => {
    const { finish, state } = await connect(host, TOKEN, ADA)
    expect((await finish()).location).toBe('http://app.example/settings?calendar=connected')
    expect((await finish()).location).toBe('http://app.example/settings?calendar=unusable_state')
    const [row] = await host.database.calendarConnection.findMany({ include: { tenant: true } })
    expect(row?.tenant.calendarProvider).toBe('MICROSOFT')
    expect(row?.tokenCache).toMatch(/^v1\.test\./)
    expect(createHash('sha256').update(state).digest('hex')).toHaveLength(64)
  })

  it('knows when she is busy', async () => {
    host.emulator.addEvent(ADA, { start: at('08:00'), end: at('09:00'), title: 'Dentist' })
    expect(await busy()).toEqual([{ start: at('08:00').toISOString(), end: at('09:00').toISOString() }])
    expect(await host.microsoft.provider.isDateAvailable((await tenant()).id, '2027-06-14')).toBe(false)
    expect(await host.microsoft.provider.isDateAvailable((await tenant()).id, '2027-06-15')).toBe(true)
  })

  it('writes one event for a booking, said twice', async () => {
    const { json } = await host.ask('POST', '/bookings', TOKEN, times)
    const again = await host.microsoft.provider.createEvent((await tenant()).id, {
      bookingId: json.id,
      start: at('12:00'),
      end: at('12:50'),
    })
    expect(again).toEqual(json.event)
    const written = host.emulator.events(ADA).filter(({ title }) => title === 'Appointment')
    expect(written).toEqual([
      {
        id: json.event.eventId,
        start: at('12:00'),
        end: at('12:50'),
        title: 'Appointment',
        isPrivate: true,
        guests: [],
      },
    ])
  })

  it('refreshes access tokens that have ended', async () => {
    host.emulator.endAccessTokens()
    expect(await busy()).toHaveLength(2)
    expect((await host.database.calendarConnection.findFirst())?.tokenVersion).toBe(2)
  })

  it('refuses to delete an event of hers', async () => {
    const hers = host.emulator.addEvent(ADA, { start: at('15:00'), end: at('16:00') })
    expect(await host.microsoft.provider.deleteEvent((await tenant()).id, hers)).toBe(false)
    expect(host.emulator.events(ADA).map(({ id }) => id)).toContain(hers)
  })

  it('offers nothing during an outage, writes afterwards, and removes what is cancelled', async () => {
    host.emulator.fail()
    expect(await busy()).toEqual([all])
    const late = { ...times, startsAt: '2027-06-14T16:00:00Z', endsAt: '2027-06-14T16:50:00Z' }
    const { json } = await host.ask('POST', '/bookings', TOKEN, late)
    expect(json.event).toBeNull()
    host.emulator.recover()
    // What the provider asked for, and what a circuit breaker waits, is over by then.
    await host.database.booking.updateMany({ where: { id: json.id }, data: { eventDueAt: new Date() } })
    await expect
      .poll(
        async () => {
          await host.database.booking.updateMany({
            where: { id: json.id, eventId: null },
            data: { eventDueAt: new Date() },
          })
          await host.microsoft.everyMinute()
          return host.emulator.events(ADA).filter(({ title }) => title === 'Appointment').length
        },
        { timeout: 90_000, interval: 500 },
      )
      .toBe(2)
    expect((await host.ask('DELETE', `/bookings/${json.id}`, TOKEN)).json).toEqual({ removed: true })
    expect(host.emulator.events(ADA).filter(({ title }) => title === 'Appointment')).toHaveLength(1)
  })

  it('keeps what it knows by maintenance, and tells her nothing while all is well', async () => {
    await host.microsoft.daily()
    expect((await host.ask('GET', '/calendar', TOKEN)).json).toEqual({ account: ADA, health: 'ok' })
  })

  it('offers nothing once the grant is revoked, and tells the therapist', async () => {
    host.emulator.revoke(ADA)
    expect(await busy()).toEqual([all])
    const { json } = await host.ask('GET', '/calendar', TOKEN)
    expect(json.health).toBe('reconnect')
    expect(json.tell).toContain('Connect Outlook again')
  })

  it('disconnects, and keeps no token', async () => {
    expect((await host.ask('DELETE', '/calendar', TOKEN)).status).toBe(204)
    expect(await host.database.calendarConnection.count()).toBe(0)
    expect(await busy()).toEqual([])
  })
})

const tenant = () => host.database.tenant.findUniqueOrThrow({ where: { apiToken: TOKEN } })
