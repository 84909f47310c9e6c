import { describe, expect, it } from 'vitest'
import { calendarFile } from '../../src/http/pages/calendar-file.ts'
import { APP_URL, bookingOf, MANAGE_TOKEN, NOW, tenant } from '../support/fixtures.ts'
import { startWebApp } from '../support/web-app.ts'

const FILE = `/manage/${MANAGE_TOKEN}/session.ics`
const lines = (file: string): string[] => file.replace(/\r\n /g, '').split('\r\n')

describe('the session for the client’s own calendar', () => {
  it('PG-40 is a file in UTC that says with whom and when, and neither what for nor where to cancel', async () => {
    const web = await startWebApp()
    const answer = await web.browser().get(FILE).expect(200)
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe('attachment; filename=session.ics')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(lines(answer.text)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//booking-calendar//EN',
      'METHOD:PUBLISH',
      'BEGIN:VEVENT',
      `UID:${bookingOf().id}@127.0.0.1`,
      'DTSTAMP:20261130T081400Z',
      'DTSTART:20261201T100000Z',
      'DTEND:20261201T105000Z',
      'SUMMARY:Session with Ada Berg',
      'CLASS:PRIVATE',
      'STATUS:CONFIRMED',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ])
    expect(answer.text).not.toMatch(/First session|Okafor|client\.example|m4nage/)
  })

  it('PG-40 is in a language of the practice, the one that the browser likes best', async () => {
    const web = await startWebApp((fakes) => {
      fakes.found = { booking: bookingOf(), tenant: { ...tenant, languages: ['en', 'de'] }, cancellable: true }
    })
    const { headers, text } = await web.browser().get(FILE).set('Accept-Language', 'de').expect(200)
    expect(headers).toMatchObject({ 'content-language': 'de', vary: 'Accept-Language' })
    expect(headers['content-disposition']).toBe('attachment; filename=termin.ics')
    expect(lines(text)).toContain('SUMMARY:Termin mit Ada Berg')
    expect(lines(text)).toContain('PRODID:-//booking-calendar//DE')
  })

  it('PG-40 cannot be given lines of its own, and folds at 75 octets without breaking a character', () => {
    const name = `Ada\r\nATTENDEE:mailto:x@evil.example\nX-A:1\u2028; a, b\\${'ü'.repeat(80)}`
    const joinUrl = 'https://meet.example/a b\r\nX-B:2'
    const event = { ...bookingOf().event, joinUrl }
    const file = calendarFile({
      booking: bookingOf({ event }),
      tenant: { ...tenant, name },
      appUrl: APP_URL,
      now: NOW,
      language: 'en',
    })
    expect(
      file
        .split('\r\n')
        .map((line) => Buffer.byteLength(line))
        .filter((octets) => octets > 75),
    ).toEqual([])
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(file).not.toContain('\ufffd')
    const names = lines(file).map((line) => line.split(/[:;]/)[0])
    expect(names).not.toContain('ATTENDEE')
    expect(names.filter((one) => one?.startsWith('X-'))).toEqual([])
    expect(lines(file).find((line) => line.startsWith('SUMMARY:'))).toContain('\\; a\\, b\\\\ü')
    expect(lines(file)).toContain('URL:https://meet.example/a%20bX-B:2')
  })

  it.each([
    ['unknown', 'x'.repeat(30), {}],
    ['cancelled', MANAGE_TOKEN, { status: 'CANCELLED' as const }],
  ])('is not there for a booking that is %s', async (_state, token, more) => {
    const web = await startWebApp((fakes) => {
      fakes.found = { booking: bookingOf(more), tenant, cancellable: false }
    })
    await web.browser().get(`/manage/${token}/session.ics`).expect(404)
    await web.browser().post(`/manage/${token}/session.ics`).expect(405)
  })
})
