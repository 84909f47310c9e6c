import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { draft, failureOf } from '../contract/calendar-under-test.ts'
import { connect, fetchAfter, type GoogleFixture, IRIS, startGoogle } from '../support/google-account.ts'

const GET = 'GET /calendar/v3/calendars/*/events/*'

let fixture: GoogleFixture
/** What happens on the way of a DELETE, before it reaches Google. */
let meanwhile: () => void
beforeEach(async () => {
  meanwhile = () => undefined
  fixture = await startGoogle({ fetch: fetchAfter('DELETE', () => meanwhile()) })
})
afterEach(() => fixture.close())

async function written() {
  const provider = fixture.binding.calendarFor(await connect(fixture))
  const { id } = await provider.createEvent(draft())
  return { provider, id, edit: (change: object) => fixture.google.editEvent(IRIS, id, change) }
}
const statusOf = (id: string) => fixture.google.account(IRIS).calendars.get(IRIS)?.events.get(id)?.status
const deletions = () => fixture.google.journal.filter(({ method }) => method === 'DELETE').map(({ status }) => status)

describe('T-34 removing an event at Google', () => {
  it.each(['DAILY', 'WEEKLY;COUNT=4'])(
    'an event that becomes a series between the look and the request: %s',
    async (rule) => {
      const { provider, id, edit } = await written()
      meanwhile = () => edit({ recurrence: [`RRULE:FREQ=${rule}`] })
      expect(await failureOf(provider.deleteEvent(id))).toMatchObject({ reason: 'conflict', code: 'series' })
      expect(deletions()).toEqual([412])
      expect(statusOf(id)).toBe('confirmed')
    },
  )

  it.each([
    ['the whole', '', false],
    ['an appointment', '_20270621T100000Z', false],
    ['an appointment with a time of its own', '_20270621T100000Z', true],
  ])('an event that is a series by now asks for nothing to be deleted: %s', async (_, suffix, moved) => {
    const { provider, id, edit } = await written()
    edit({ recurrence: ['RRULE:FREQ=WEEKLY'] })
    const times = { start: { dateTime: '2027-06-21T13:00:00Z' }, end: { dateTime: '2027-06-21T14:00:00Z' } }
    if (moved) fixture.google.editEvent(IRIS, `${id}${suffix}`, times)
    const failure = await failureOf(provider.deleteEvent(`${id}${suffix}`))
    expect(failure).toMatchObject({ reason: 'conflict', code: 'series' })
    expect(deletions()).toEqual([])
  })

  it('an event that she renames meanwhile is looked at again, and goes', async () => {
    const { provider, id, edit } = await written()
    meanwhile = () => {
      meanwhile = () => undefined
      edit({ summary: 'Mo' })
    }
    await provider.deleteEvent(id)
    expect(deletions()).toEqual([412, 204])
    expect(statusOf(id)).toBe('cancelled')
  })

  it('F-18 an event that she moved to another day goes', async () => {
    const { provider, id, edit } = await written()
    edit({ start: { dateTime: '2027-06-22T13:00:00Z' }, end: { dateTime: '2027-06-22T14:00:00Z' } })
    await provider.deleteEvent(id)
    expect(statusOf(id)).toBe('cancelled')
  })

  it.each([
    [
      'a reason that is not the event’s',
      { error: { code: 404, message: 'No', errors: [{ reason: 'other', message: 'No' }] } },
    ],
    ['no reason', '<!doctype html><title>Not Found</title>'],
  ])('F-18 that is answered 404 with %s is not taken for gone', async (_, body) => {
    const { provider, id } = await written()
    fixture.google.failNext(GET, { status: 404, body })
    expect((await failureOf(provider.deleteEvent(id))).reason).toBe('not_found')
    expect([deletions(), statusOf(id)]).toEqual([[], 'confirmed'])
  })

  it('an event that changes all the time is left for later', async () => {
    const { provider, id, edit } = await written()
    let changes = 0
    meanwhile = () => edit({ summary: String(++changes) })
    expect(await failureOf(provider.deleteEvent(id))).toMatchObject({ reason: 'unavailable', code: 'changed' })
    expect(statusOf(id)).toBe('confirmed')
  })

  it('PR-01 asks for its marks, its version and whether it is a series, and for nothing else', async () => {
    const { provider, id } = await written()
    await provider.deleteEvent(id)
    const { query } =
      fixture.google.journal.filter(({ method, path }) => method === 'GET' && path.endsWith(id)).at(-1) ?? {}
    expect(query?.fields).toBe(
      'etag,status,start(dateTime,date),end(dateTime,date),recurrence,recurringEventId,extendedProperties/private(bookingId,bookingInvited)',
    )
  })

  describe('an event that she moved', () => {
    const LIST = 'GET /calendar/v3/users/me/calendarList'
    const moved = async () => {
      const event = await written()
      const { calendars } = fixture.google.account(IRIS)
      const second = [...calendars.values()].find(({ primary }) => !primary)
      if (second === undefined) throw new Error('there is no second calendar')
      fixture.google.moveEvent(IRIS, event.id, second.id)
      return { ...event, calendars, second, stands: () => calendars.get(second.id)?.events.get(event.id)?.status }
    }

    it('to a calendar that she has hidden since goes from there, by her word', async () => {
      const { provider, id, calendars, second, stands } = await moved()
      calendars.set(second.id, { ...second, hidden: true })
      await provider.deleteEvent(id)
      expect([deletions(), stands()]).toEqual([[204], 'cancelled'])
    })

    it.each([
      ['not listed', LIST, 503, 'unavailable'],
      ['not answered for', GET, 503, 'unavailable'],
      ['kept from us', GET, 403, 'forbidden'],
    ])('to a calendar that is %s is not taken for gone', async (_, match, status, reason) => {
      const { provider, id, stands } = await moved()
      const body = { error: { code: status, message: 'No', errors: [{ reason: 'other', message: 'No' }] } }
      // The primary calendar answers first.
      const google = fixture.google
      if (match === GET)
        void google.failNext(match, {
          times: 1,
          afterApply: true,
          status: 410,
          body: { error: { code: 410, message: 'Gone', errors: [{ reason: 'deleted', message: 'Gone' }] } },
        })
      void google.failNext(match, { status, body, times: Number.POSITIVE_INFINITY })
      expect((await failureOf(provider.deleteEvent(id))).reason).toBe(reason)
      expect([deletions(), stands()]).toEqual([[], 'confirmed'])
    })

    it('where its marker did not go along, she is asked, and it is not removed for her', async () => {
      const { provider, id, calendars, second } = await moved()
      const event = calendars.get(second.id)?.events.get(id)
      if (event === undefined) throw new Error('it did not move')
      const { extendedProperties: _, ...bare } = event
      calendars.get(second.id)?.events.set(id, bare)
      const { start, end } = draft()
      const asked = await failureOf(provider.deleteEvent(id, { start, end, changeKey: 'any' }))
      expect(asked).toMatchObject({ reason: 'conflict', code: 'moved' })
      expect((await failureOf(provider.deleteEvent(id))).reason).toBe('forbidden')
      expect(deletions()).toEqual([])
    })
  })

  it('an event without a version is not removed', async () => {
    const { provider, id } = await written()
    const body = { status: 'confirmed', extendedProperties: { private: { bookingId: 'x' } } }
    void fixture.google.failNext(GET, { status: 200, body })
    expect((await failureOf(provider.deleteEvent(id))).reason).toBe('garbled')
    expect(deletions()).toEqual([])
  })
})
