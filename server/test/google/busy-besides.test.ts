import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventToLookUp } from '../../src/ports/event-lookup.ts'
import { at, draft, failureOf } from '../contract/calendar-under-test.ts'
import { connect, type GoogleFixture, IRIS, startGoogle } from '../support/google-account.ts'

const FOREVER = { times: Number.POSITIVE_INFINITY }
const LIST_OF_IRIS = `GET /calendar/v3/calendars/${encodeURIComponent(IRIS)}/events`
const FAILS = { status: 503, ...FOREVER }

let fixture: GoogleFixture
beforeEach(async () => {
  fixture = await startGoogle()
})
afterEach(() => fixture.close())

/** A session's event, in the default calendar. */
async function written() {
  const provider = fixture.binding.calendarFor(await connect(fixture))
  const { id, start, end } = await provider.createEvent(draft())
  fixture.google.journal.length = 0
  return { provider, events: [{ id, start, end }] }
}
const when = (time: string) => ({ dateTime: at(time).toISOString() })
const asked = () => fixture.google.journal.filter(({ path }) => path.startsWith('/calendar/v3/'))

describe('F-114 what stands besides events of ours at Google', () => {
  const WINDOW = { start: at('00:00'), end: at('00:00', '2027-06-29') }
  const LISTED = {
    singleEvents: 'true',
    maxAttendees: '1',
    timeMin: WINDOW.start.toISOString(),
    timeMax: WINDOW.end.toISOString(),
    maxResults: '2500',
    fields:
      'items(id,status,transparency,start(dateTime,date),end(dateTime,date),attendees(self,responseStatus)),nextPageToken',
  }
  const calendars = () => [...fixture.google.account(IRIS).calendars.keys()]
  const own = (events: readonly EventToLookUp[]) => events.map((event) => ({ ...event, calendarId: IRIS }))
  const paths = () => asked().map(({ method, path }) => `${method} ${path.replace('/calendar/v3/', '')}`)

  it('PR-01 is listed where ours stand, and asked as free/busy elsewhere: times and states, never a word or a guest', async () => {
    const { provider, events } = await written()
    fixture.google.addEvent(IRIS, { summary: 'POISON', start: when('10:30'), end: when('11:00') })
    expect((await provider.getFreeBusy({ ...WINDOW, besides: own(events) })).busy).toEqual([
      { start: at('10:30'), end: at('11:00') },
    ])
    expect(paths()).toEqual([`GET calendars/${IRIS}/events`.replace('@', '%40'), 'POST freeBusy'])
    expect(asked()[0]?.query).toEqual(LISTED)
    expect(asked()[1]?.body).toMatchObject({ items: [{ id: calendars()[1] }] })
  })

  it('PR-01 another calendar is listed where one of ours may lie by now, if it is hers', async () => {
    const { provider, events } = await written()
    const besides = own(events)
    const [event] = events
    const covering = { start: when('09:00'), end: when('12:00') }
    fixture.google.addEvent(IRIS, { start: when('10:10'), end: when('12:00') }, calendars()[1])
    await provider.getFreeBusy({ ...WINDOW, besides })
    expect(asked()).toHaveLength(2)
    fixture.google.moveEvent(IRIS, event?.id ?? '', calendars()[1] ?? '')
    await provider.getFreeBusy({ ...WINDOW, besides })
    expect(
      asked()
        .slice(4)
        .map(({ query }) => query.minAccessRole ?? query.maxAttendees),
    ).toEqual(['owner', '1'])
    fixture.google.journal.length = 0
    const team = fixture.google.addCalendar(IRIS, 'Team', { accessRole: 'writer' }).id
    fixture.google.addEvent(IRIS, { summary: 'POISON', ...covering }, team)
    const context = await connect(fixture)
    fixture.google.journal.length = 0
    const { calendars: read } = await fixture.binding
      .calendarFor({ ...context, calendarIds: [IRIS, team] })
      .getFreeBusy({ ...WINDOW, besides, byCalendar: true })
    expect(read?.[1]).toMatchObject({ calendarId: team, busy: [{ start: at('09:00'), end: at('12:00') }] })
    expect(paths()).not.toContain(`GET calendars/${encodeURIComponent(team)}/events`)
  })

  it('tells of a calendar what free/busy tells of it: of series, declined and unanswered invitations, of what is marked free', async () => {
    const { provider } = await written()
    const add = (from: string, to: string, more: object = {}) =>
      fixture.google.addEvent(IRIS, { start: when(from), end: when(to), ...more })
    const invited = (responseStatus: string) => ({
      attendees: [{ email: 'mo@client.example' }, { email: IRIS, self: true, responseStatus }],
    })
    add('01:00', '02:00')
    add('03:00', '04:00', invited('declined'))
    add('05:00', '06:00', invited('needsAction'))
    add('06:30', '07:00', invited('tentative'))
    add('07:10', '07:20', { attendees: [{ email: 'mo@client.example', responseStatus: 'declined' }] })
    add('08:00', '17:00', { eventType: 'workingLocation', transparency: 'transparent' })
    add('18:00', '19:00', { eventType: 'focusTime', transparency: 'opaque' })
    fixture.google.addEvent(IRIS, { start: { date: '2027-06-16' }, end: { date: '2027-06-18' } })
    const series = add('20:00', '21:00', { recurrence: ['RRULE:FREQ=DAILY;COUNT=7'] })
    fixture.google.removeEvent(IRIS, `${series}_20270615T200000Z`)
    fixture.google.editEvent(IRIS, `${series}_20270618T200000Z`, { start: when('22:00'), end: when('22:30') })
    fixture.google.removeEvent(IRIS, add('23:00', '23:30'))
    fixture.google.settings.pageSize = 4
    const [busy, besides] = await Promise.all([
      provider.getFreeBusy({ ...WINDOW, byCalendar: true }),
      provider.getFreeBusy({
        ...WINDOW,
        byCalendar: true,
        besides: [{ id: 'none', ...WINDOW, calendarId: IRIS }],
      }),
    ])
    expect(besides.calendars).toEqual(busy.calendars)
    expect(besides.busy).toHaveLength(11)
  })

  it.each([
    ['the list', 'GET /calendar/v3/calendars/*/events', FAILS, 'unavailable'],
    ['free/busy of the others', 'POST /calendar/v3/freeBusy', FAILS, 'unavailable'],
    ['an item without a time', LIST_OF_IRIS, { status: 200, body: { items: [{ id: 'a', start: {} }] } }, 'garbled'],
    ['an item without an id', LIST_OF_IRIS, { status: 200, body: { items: [{}] } }, 'garbled'],
    ['a list without an end', LIST_OF_IRIS, { status: 200, body: { nextPageToken: 'p' }, ...FOREVER }, 'garbled'],
  ])('fails as a whole where %s fails: what is unknown is not free', async (_, request, fault, reason) => {
    const { provider, events } = await written()
    void fixture.google.failNext(request, fault)
    expect((await failureOf(provider.getFreeBusy({ ...WINDOW, besides: own(events) }))).reason).toBe(reason)
  })

  it('PR-03 needs a connection that may write, whatever its grant would allow', async () => {
    const { events } = await written()
    const reader = fixture.binding.calendarFor({ ...(await connect(fixture)), access: 'availability' })
    expect((await failureOf(reader.getFreeBusy({ ...WINDOW, besides: own(events) }))).reason).toBe('reconnect')
  })
})
