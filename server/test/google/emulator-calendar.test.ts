import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { THROTTLINGS } from '../../dev/google-emulator/index.ts'
import { IRIS } from '../support/google-account.ts'
import { CALENDAR, Failure, VERIFIER, type Visitor, visitEmulator } from './emulator-support.ts'

let visitor: Visitor
beforeEach(async () => {
  visitor = await visitEmulator()
})
afterEach(() => visitor.google.close())

describe('the emulated calendar', () => {
  const span = { start: { dateTime: '2027-06-14T08:00:00Z' }, end: { dateTime: '2027-06-14T09:00:00Z' } }
  const events = 'calendars/primary/events'

  it('enforces tokens, their end, and scopes', async () => {
    const { access_token: access } = await visitor.signIn({ scope: `openid ${CALENDAR}.freebusy` })
    expect(await visitor.api('nonsense', 'GET', 'users/me/calendarList')).toMatchObject({
      status: 401,
      reason: 'authError',
    })
    expect(await visitor.api(access, 'GET', events)).toMatchObject({ status: 403, reason: 'insufficientPermissions' })
    visitor.clock.advance(3_600_000)
    expect((await visitor.api(access, 'POST', 'freeBusy', {})).status).toBe(401)
  })

  it('takes the ids it is given once: 409, then 410, and 404 for unknown ones', async () => {
    const { access_token: access } = await visitor.signIn()
    const id = 'abcdef0123'
    expect((await visitor.api(access, 'POST', events, { id, ...span })).status).toBe(200)
    expect((await visitor.api(access, 'POST', events, { id, ...span })).status).toBe(409)
    expect((await visitor.api(access, 'POST', events, { id: 'NOT-BASE32', ...span })).status).toBe(400)
    expect((await visitor.api(access, 'DELETE', `${events}/${id}`)).status).toBe(204)
    expect((await visitor.api(access, 'DELETE', `${events}/${id}`)).status).toBe(410)
    expect((await visitor.api(access, 'POST', events, { id, ...span })).status).toBe(409)
    expect((await visitor.api(access, 'GET', `${events}/${id}`)).answer).toMatchObject({ status: 'cancelled' })
    expect((await visitor.api(access, 'DELETE', `${events}/unknown00`)).status).toBe(404)
  })

  it('answers the fields that were asked for, page by page, and finds marked events', async () => {
    const { access_token: access } = await visitor.signIn()
    const extendedProperties = { private: { mark: 'x' } }
    await visitor.api(access, 'POST', events, { summary: 'One', ...span })
    await visitor.api(access, 'POST', events, { summary: 'Two', ...span, extendedProperties })
    const query = `${events}?fields=items(summary,start/dateTime),nextPageToken&maxResults=1`
    const { dateTime } = span.start
    expect((await visitor.api(access, 'GET', query)).answer).toEqual({
      items: [{ summary: 'One', start: { dateTime } }],
      nextPageToken: '1',
    })
    const marked = await visitor.api(access, 'GET', `${events}?privateExtendedProperty=mark%3Dx&fields=items/summary`)
    expect(marked.answer).toEqual({ items: [{ summary: 'Two' }] })
  })

  it('lists what lies in a window, a series where it takes place, and refuses what Google refuses', async () => {
    const { access_token: access } = await visitor.signIn()
    await visitor.api(access, 'POST', events, { id: 'aaaaa1', ...span })
    await visitor.api(access, 'POST', events, { id: 'aaaaa2', ...span })
    visitor.google.editEvent(IRIS, 'aaaaa2', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] })
    const ids = async (query: string) => {
      const { status, answer } = await visitor.api(access, 'GET', `${events}?${query}`)
      return status === 200 ? (answer as { items: { id: string }[] }).items.map(({ id }) => id) : status
    }
    const between = (from: string, to: string) => ids(`timeMin=2027-06-${from}:00Z&timeMax=2027-06-${to}:00Z`)
    expect(await between('14T08:59', '14T10:00')).toEqual(['aaaaa1', 'aaaaa2'])
    expect(await between('14T09:00', '14T10:00')).toEqual([])
    expect(await between('21T00:00', '22T00:00')).toEqual(['aaaaa2'])
    for (const query of ['timeMin=2027-06-14', 'timeMax=soon', 'maxResults=2501', 'privateExtendedProperty=mark'])
      expect(await ids(query)).toBe(400)
    expect(await between('15T00:00', '14T00:00')).toBe(400)
  })

  it('lists the instances of a series singly, of its guests the participant alone, and of her own calendars alone', async () => {
    const { access_token: access } = await visitor.signIn()
    const attendees = [{ email: 'mo@client.example' }, { email: IRIS, self: true, responseStatus: 'declined' }]
    const series = visitor.google.addEvent(IRIS, { ...span, attendees, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] })
    const second = `${series}_20270621T080000Z`
    visitor.google.removeEvent(IRIS, second)
    const list = async (query: string, calendar = 'primary') =>
      visitor.api(access, 'GET', `calendars/${calendar}/events?timeMax=2027-07-01T00:00:00Z&fields=items(id)&${query}`)
    const ids = [`${series}_20270614T080000Z`, `${series}_20270628T080000Z`].map((id) => ({ id }))
    expect((await list('singleEvents=true')).answer).toEqual({ items: ids })
    const answers = 'fields=items(attendees(self,responseStatus),attendeesOmitted)'
    const one = await visitor.api(access, 'GET', `${events}?${answers}&maxAttendees=1`)
    expect(one.answer).toEqual({
      items: [{ attendees: [{ self: true, responseStatus: 'declined' }], attendeesOmitted: true }],
    })
    expect((await list('maxAttendees=0')).status).toBe(400)
    const { id } = visitor.google.addCalendar(IRIS, 'Team', { accessRole: 'writer' })
    expect((await list('', id)).status).toBe(403)
    const wide = await visitor.signIn({ scope: `openid ${CALENDAR}` })
    expect((await visitor.api(wide.access_token, 'GET', `calendars/${id}/events`)).status).toBe(200)
  })

  it('patches the times of an event on condition of its ETag, and nothing that it was not told', async () => {
    const { access_token: access } = await visitor.signIn()
    await visitor.api(access, 'POST', events, { id: 'aaaaa3', summary: 'One', ...span })
    const patch = (body: object, ifMatch?: string) =>
      fetch(new URL(`/calendar/v3/${events}/aaaaa3`, visitor.google.origin), {
        method: 'PATCH',
        headers: { authorization: `Bearer ${access}`, ...(ifMatch && { 'if-match': ifMatch }) },
        body: JSON.stringify(body),
      })
    const later = { start: { dateTime: '2027-06-15T08:00:00Z' }, end: { dateTime: '2027-06-15T09:00:00Z' } }
    expect((await patch(later, '"another"')).status).toBe(412)
    const { etag } = (await visitor.api(access, 'GET', `${events}/aaaaa3`)).answer as { etag: string }
    expect(await (await patch(later, etag)).json()).toMatchObject({ summary: 'One', ...later })
    expect((await patch(span, etag)).status).toBe(412)
    expect((await patch({ start: { date: '2027-06-15' } })).status).toBe(400)
    expect((await patch({ ...later, end: later.start })).status).toBe(400)
  })

  it('refuses more than fifty calendars and more than ninety days', async () => {
    const { access_token: access } = await visitor.signIn()
    const window = { timeMin: '2027-01-01T00:00:00Z', timeMax: '2027-01-02T00:00:00Z' }
    const items = Array.from({ length: 51 }, (_, n) => ({ id: `c${n}` }))
    const many = await visitor.api(access, 'POST', 'freeBusy', { ...window, items })
    expect(JSON.stringify(many.answer)).toContain('tooManyCalendarsRequested')
    const long = await visitor.api(access, 'POST', 'freeBusy', {
      ...window,
      timeMax: '2027-04-02T00:00:00Z',
      items: [],
    })
    expect(long).toMatchObject({ status: 400, reason: 'timeRangeTooLong' })
  })

  it('keeps a series by its master, its instances by ids of their own, and removes one of them or all', async () => {
    const { access_token: access } = await visitor.signIn()
    const first = await visitor.api(access, 'POST', events, { id: 'abcdef9876', summary: 'Weekly', ...span })
    visitor.google.editEvent(IRIS, 'abcdef9876', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] })
    const get = async (id: string) =>
      (await visitor.api(access, 'GET', `${events}/${id}`)).answer as Record<string, unknown>
    const second = 'abcdef9876_20270621T080000Z'
    const master = await get('abcdef9876')
    expect(master).toMatchObject({ recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'], summary: 'Weekly' })
    expect(master.etag).not.toBe((first.answer as Record<string, unknown>).etag)
    const instance = await get(second)
    expect(instance).toMatchObject({ id: second, recurringEventId: 'abcdef9876', status: 'confirmed' })
    expect(instance).not.toHaveProperty('recurrence')
    const window = { timeMin: '2027-06-13T00:00:00Z', timeMax: '2027-08-01T00:00:00Z', items: [{ id: IRIS }] }
    const busy = async () =>
      JSON.stringify((await visitor.api(access, 'POST', 'freeBusy', window)).answer).match(/"start"/g)?.length
    expect(await busy()).toBe(3)
    expect((await visitor.api(access, 'DELETE', `${events}/${second}`)).status).toBe(204)
    expect([await busy(), (await get(second)).status, (await get('abcdef9876')).status]).toEqual([
      2,
      'cancelled',
      'confirmed',
    ])
    expect((await get('abcdef9876_20270622T080000Z')).error).toBeDefined()
    expect((await visitor.api(access, 'DELETE', `${events}/abcdef9876`)).status).toBe(204)
    expect([await busy(), (await get('abcdef9876')).status]).toEqual([undefined, 'cancelled'])
  })

  it('shows a page where a person adds and removes events', async () => {
    const post = (path: string, form: Record<string, string>) =>
      fetch(visitor.google.origin + path, { method: 'POST', body: new URLSearchParams({ account: IRIS, ...form }) })
    const times = { start: '2027-06-14T10:00', end: '2027-06-14T11:00' }
    const added = await post('/calendar/add', { calendar: IRIS, summary: '<b>Lunch</b>', ...times })
    const html = await added.text()
    expect(html).toContain('&lt;b&gt;Lunch&lt;/b&gt;')
    expect(added.headers.get('content-security-policy')).toContain("default-src 'none'")
    const [, event = ''] = html.match(/name="event" value="(\w+)"/) ?? []
    const removed = await post('/calendar/remove', { calendar: IRIS, event })
    expect(await removed.text()).not.toContain('Lunch')
  })

  it('takes no forms from other sites', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    const answer = await fetch(`${visitor.google.origin}/calendar/add`, { method: 'POST', headers })
    expect(answer.status).toBe(403)
  })

  it('keeps a journal without secrets', async () => {
    const tokens = await visitor.signIn()
    await visitor.api(tokens.access_token, 'GET', 'users/me/calendarList')
    const journal = JSON.stringify(visitor.google.journal)
    for (const secret of [tokens.access_token, tokens.refresh_token, VERIFIER, 'client-secret', 'nonce'])
      expect(journal).not.toContain(secret)
  })
})

describe('throttling', () => {
  it.each(THROTTLINGS)(
    'F-15 %s is answered as the guide to errors prints it, without Retry-After',
    async (throttled) => {
      void visitor.google.failNext('POST /calendar/v3/freeBusy', { throttled })
      const answer = await fetch(new URL('/calendar/v3/freeBusy', visitor.google.origin), { method: 'POST' })
      const many = throttled === 'tooManyRequests'
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([many ? 429 : 403, null])
      const { error } = Failure.parse(await answer.json())
      expect(error.errors.map(({ reason }) => reason)).toEqual([many ? 'rateLimitExceeded' : throttled])
    },
  )
})
