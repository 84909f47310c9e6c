import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventToLookUp } from '../../src/ports/event-lookup.ts'
import { at, draft, failureOf } from '../contract/calendar-under-test.ts'
import { connect, fetchAfter, type GoogleFixture, IRIS, startGoogle } from '../support/google-account.ts'

const LIST = 'GET /calendar/v3/calendars/primary/events'
const ONE = 'GET /calendar/v3/calendars/*/events/*'
const FOREVER = { times: Number.POSITIVE_INFINITY }
const refused = (status: number, reason: string) => ({
  status,
  body: { error: { code: status, message: 'Emulated', errors: [{ domain: 'global', reason, message: 'Emulated' }] } },
  ...FOREVER,
})

let fixture: GoogleFixture
/** What happens on the way of a PATCH, before it reaches Google. */
let meanwhile: () => void
beforeEach(async () => {
  meanwhile = () => undefined
  fixture = await startGoogle({ fetch: fetchAfter('PATCH', () => meanwhile()) })
})
afterEach(() => fixture.close())

async function written(count = 1) {
  const provider = fixture.binding.calendarFor(await connect(fixture))
  const events: EventToLookUp[] = []
  for (let n = 0; n < count; n += 1) {
    const on = `2027-06-${String(14 + n).padStart(2, '0')}`
    const { id, start, end } = await provider.createEvent(draft({ start: at('10:00', on), end: at('10:50', on) }))
    events.push({ id, start, end })
  }
  fixture.google.journal.length = 0
  const edit = (change: object, id = events[0]?.id ?? '') => fixture.google.editEvent(IRIS, id, change)
  return { provider, events, first: events[0]?.id ?? '', edit }
}
const when = (time: string) => ({ dateTime: at(time).toISOString() })
const asked = () => fixture.google.journal.filter(({ path }) => path.startsWith('/calendar/v3/'))
const statesOf = (looks: readonly { readonly state: string }[]) => looks.map(({ state }) => state)

describe('F-110 events of ours looked up at Google', () => {
  it('PR-01 all in one request, which finds only what carries our mark, and asks for times alone', async () => {
    const { provider, events } = await written(4)
    fixture.google.addEvent(IRIS, { summary: 'POISON', start: when('10:00'), end: when('11:00') })
    expect(statesOf(await provider.lookUpEvents(events))).toEqual(['there', 'there', 'there', 'there'])
    expect(asked()).toEqual([
      expect.objectContaining({
        path: '/calendar/v3/calendars/primary/events',
        query: {
          privateExtendedProperty: 'bookingIdOurs=1',
          timeMin: events[0]?.start.toISOString(),
          timeMax: events[3]?.end.toISOString(),
          maxResults: '2500',
          fields: 'items(id,status,start(dateTime,date),end(dateTime,date),recurrence,recurringEventId),nextPageToken',
        },
      }),
    ])
  })

  it('by its id where it is not in the list: one of an earlier release, and one that was moved far away', async () => {
    const { provider, events, edit } = await written(3)
    edit({ extendedProperties: { private: { bookingId: 'as earlier releases wrote it' } } })
    edit({ start: when('10:00'), end: when('11:00') }, events[2]?.id)
    const looks = await provider.lookUpEvents(events.slice(1))
    expect(looks[1]).toMatchObject({ state: 'there', start: at('10:00') })
    expect(asked()).toHaveLength(2)
    expect(statesOf(await provider.lookUpEvents(events))).toEqual(['there', 'there', 'there'])
    expect(
      asked()
        .map(({ query }) => query.fields)
        .join(),
    ).not.toMatch(/summary|description|location|attendees/)
  })

  it('page after page', async () => {
    const { provider, events } = await written(5)
    fixture.google.settings.pageSize = 2
    expect(statesOf(await provider.lookUpEvents(events))).toEqual(Array(5).fill('there'))
    expect(asked()).toHaveLength(3)
  })

  it.each([
    ['the event', ONE, refused(503, 'backendError')],
    ['the event, without a reason', ONE, refused(404, 'calendarGone')],
    ['the list of her other calendars', 'GET /calendar/v3/users/me/calendarList', refused(503, 'backendError')],
  ])('what is not in the list is gone only where all was read: not %s', async (_, request, fault) => {
    const { provider, events, first } = await written(2)
    fixture.google.removeEvent(IRIS, first)
    fixture.google.failNext(request, fault)
    expect(statesOf(await provider.lookUpEvents(events))).toEqual(['unknown', 'there'])
    fixture.google.recover()
  })

  it('one item that is not as documented is unknown, and the others are seen', async () => {
    const { provider, events, edit } = await written(2)
    edit({ status: 5 })
    const states = statesOf(await provider.lookUpEvents(events))
    expect(states).toEqual(['unknown', 'there'])
  })

  it('a list that fails finds nothing', async () => {
    const { provider, events } = await written(2)
    fixture.google.failNext(LIST, refused(403, 'quotaExceeded'))
    expect((await failureOf(provider.lookUpEvents(events))).reason).toBe('throttled')
  })
})

describe('F-111 an event of ours put back at Google', () => {
  const from = { start: at('14:00'), end: at('14:50') }
  const to = { start: at('10:00'), end: at('10:50') }
  const move = { from, to, timeZone: 'Europe/Berlin' }

  it('is told its times and nothing else, and nobody is written to', async () => {
    const { provider, first, edit } = await written()
    edit({ start: when('14:00'), end: when('14:50'), summary: 'Mo' })
    await provider.moveEvent(first, move)
    const patch = asked().find(({ method }) => method === 'PATCH')
    expect(patch?.query).toEqual({ sendUpdates: 'none', fields: 'etag' })
    expect(Object.keys(patch?.body as object).sort()).toEqual(['end', 'start'])
    const event = fixture.google.account(IRIS).calendars.get(IRIS)?.events.get(first)
    expect(event).toMatchObject({ summary: 'Mo', start: { dateTime: to.start.toISOString() } })
  })

  it('is left where she moved it meanwhile', async () => {
    const { provider, first, edit } = await written()
    edit({ start: when('14:00'), end: when('14:50') })
    meanwhile = () => edit({ start: when('15:00'), end: when('15:50') })
    expect(await failureOf(provider.moveEvent(first, move))).toMatchObject({ reason: 'conflict', change: 'moved' })
    expect(fixture.google.journal.filter(({ method }) => method === 'PATCH').map(({ status }) => status)).toEqual([412])
  })

  it('without the name of a zone that Google does not know, and whole again where it was all-day', async () => {
    const { provider, first, edit } = await written()
    edit({ start: { date: '2027-06-15' }, end: { date: '2027-06-16' } })
    fixture.google.account(IRIS).unknownZones.add('Europe/Berlin')
    const day = { start: new Date('2027-06-14T22:00:00Z'), end: new Date('2027-06-15T22:00:00Z') }
    await provider.moveEvent(first, { ...move, from: day })
    const event = fixture.google.account(IRIS).calendars.get(IRIS)?.events.get(first)
    expect(event).toMatchObject({ start: { dateTime: to.start.toISOString() } })
    expect(event?.start.date).toBeUndefined()
  })

  it('wherever it lies', async () => {
    const { provider, first, edit } = await written()
    const second = [...fixture.google.account(IRIS).calendars.keys()].find((id) => id !== IRIS) ?? ''
    fixture.google.moveEvent(IRIS, first, second)
    edit({ start: when('14:00'), end: when('14:50') })
    await provider.moveEvent(first, move)
    const moved = fixture.google.account(IRIS).calendars.get(second)?.events.get(first)
    expect(moved?.start.dateTime).toBe(to.start.toISOString())
  })
})
