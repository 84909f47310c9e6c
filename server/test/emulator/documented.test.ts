import { expect, test } from 'vitest'
import { graphWith, openEmulator } from './support.ts'

// Requests as Microsoft's documentation prints them (github.com/microsoftgraph/microsoft-graph-docs, commit db3ad729,
// api-reference/v1.0/api and concepts); addresses changed to reserved ones.
const PACIFIC = 'outlook.timezone="Pacific Standard Time"'
const emulator = await openEmulator({ now: () => new Date('2017-04-15T03:00:50Z') })
const account = emulator.addAccount({
  kind: 'work',
  address: 'samantha@contoso.example',
  name: 'Samantha Booth',
  timeZone: 'Pacific Standard Time',
})
const graph = graphWith(emulator, emulator.issueTokens(account, ['User.Read', 'Calendars.ReadWrite']).accessToken)

const LUNCH = {
  subject: "Let's go for lunch",
  body: { contentType: 'HTML', content: 'Does noon work for you?' },
  start: { dateTime: '2017-04-15T12:00:00', timeZone: 'Pacific Standard Time' },
  end: { dateTime: '2017-04-15T14:00:00', timeZone: 'Pacific Standard Time' },
  location: { displayName: "Harry's Bar" },
  attendees: [{ emailAddress: { address: 'adele@contoso.example', name: 'Adele Vance' }, type: 'required' }],
  allowNewTimeProposals: true,
  transactionId: '7E163156-7762-4BEB-A1C6-729EA81755A7',
}
const CREATED = {
  '@odata.etag': expect.stringMatching(/^W\/".+"$/),
  categories: [],
  originalStartTimeZone: 'Pacific Standard Time',
  originalEndTimeZone: 'Pacific Standard Time',
  reminderMinutesBeforeStart: 15,
  isReminderOn: true,
  hasAttachments: false,
  hideAttendees: false,
  bodyPreview: 'Does noon work for you?',
  importance: 'normal',
  sensitivity: 'normal',
  isAllDay: false,
  isCancelled: false,
  isDraft: false,
  isOrganizer: true,
  responseRequested: true,
  seriesMasterId: null,
  transactionId: '7E163156-7762-4BEB-A1C6-729EA81755A7',
  showAs: 'busy',
  onlineMeetingUrl: null,
  isOnlineMeeting: false,
  onlineMeetingProvider: 'unknown',
  allowNewTimeProposals: true,
  recurrence: null,
  responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
  body: { contentType: 'html', content: expect.stringContaining('Does noon work for you?') },
  start: { dateTime: '2017-04-15T12:00:00.0000000', timeZone: 'Pacific Standard Time' },
  end: { dateTime: '2017-04-15T14:00:00.0000000', timeZone: 'Pacific Standard Time' },
  location: { displayName: "Harry's Bar" },
  attendees: [{ type: 'required', emailAddress: { name: 'Adele Vance', address: 'adele@contoso.example' } }],
  organizer: { emailAddress: { name: 'Samantha Booth', address: 'samantha@contoso.example' } },
}

test('user-post-events, example 1: create an event in a time zone', async () => {
  const { status, json, headers } = await graph('/me/events', { body: LUNCH, prefer: PACIFIC })
  expect([status, headers.get('content-type')]).toEqual([201, expect.stringContaining('application/json')])
  expect(json).toMatchObject({ ...CREATED, subject: "Let's go for lunch" })
})

test('user-post-events, example 3: a weekly series, without a preference', async () => {
  const { status, json } = await graph('/me/events', {
    body: {
      ...LUNCH,
      transactionId: undefined,
      start: { dateTime: '2017-09-04T12:00:00', timeZone: 'Pacific Standard Time' },
      end: { dateTime: '2017-09-04T14:00:00', timeZone: 'Pacific Standard Time' },
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['Monday'] },
        range: { type: 'endDate', startDate: '2017-09-04', endDate: '2017-12-31' },
      },
    },
  })
  expect(status).toBe(201)
  expect(json).toMatchObject({
    type: 'seriesMaster',
    start: { dateTime: '2017-09-04T12:00:00.0000000', timeZone: 'Pacific Standard Time' },
    recurrence: { pattern: { type: 'weekly' } },
  })
  const calls = await graph(
    '/me/calendarView?startDateTime=2017-12-01T00:00:00Z&endDateTime=2018-02-01T00:00:00Z&$select=start',
  )
  // 4, 11, 18 and 25 December, noon in winter: 20:00 UTC
  expect(calls.json.value.map(({ start }) => start.dateTime)).toEqual(
    ['04', '11', '18', '25'].map((day) => `2017-12-${day}T20:00:00.0000000`),
  )
})

test('calendar-post-events: the same in a calendar of its own', async () => {
  const calendar = emulator.addCalendar(account, 'Meetings')
  const { status, json } = await graph(`/me/calendars/${encodeURIComponent(calendar.id)}/events`, {
    body: { ...LUNCH, transactionId: 'other' },
  })
  expect(status).toBe(201)
  expect(json).toMatchObject({ ...CREATED, transactionId: 'other' })
})

test('user-list-calendarview: a window with offsets', async () => {
  emulator.addEvent(account, { start: '2020-01-02T12:00', end: '2020-01-02T13:00', responseStatus: 'accepted' })
  const { status, json } = await graph(
    '/me/calendarView?startDateTime=2020-01-01T19:00:00-08:00&endDateTime=2020-01-02T19:00:00-08:00',
  )
  expect(status).toBe(200)
  expect(json.value).toMatchObject([
    {
      originalStartTimeZone: 'Pacific Standard Time',
      originalEndTimeZone: 'Pacific Standard Time',
      responseStatus: { response: 'accepted' },
      reminderMinutesBeforeStart: 15,
      isReminderOn: true,
    },
  ])
})

test('user-list-events and event-get: selected properties in the preferred zone', async () => {
  const select = 'subject,body,bodyPreview,organizer,attendees,start,end,location'
  const list = await graph(`/me/events?$select=${select}`, { prefer: PACIFIC })
  expect(list.headers.get('preference-applied')).toBe(PACIFIC)
  expect(Object.keys(list.json.value[0] ?? {}).sort()).toEqual(['@odata.etag', 'id', ...select.split(',')].sort())
  const one = await graph(`/me/events/${list.json.value[0]?.id}?$select=${select},hideAttendees`, { prefer: PACIFIC })
  expect(one.json).toMatchObject({
    id: list.json.value[0]?.id,
    start: { timeZone: 'Pacific Standard Time' },
    hideAttendees: false,
  })
})

test('outlook-calendar-online-meetings: the providers of the calendar, the link of an event', async () => {
  const calendar = await graph('/me/calendar')
  expect(calendar.json).toMatchObject({
    name: 'Calendar',
    color: 'auto',
    canShare: true,
    canViewPrivateItems: true,
    canEdit: true,
    allowedOnlineMeetingProviders: ['teamsForBusiness'],
    defaultOnlineMeetingProvider: 'teamsForBusiness',
    isTallyingResponses: true,
    isRemovable: false,
    owner: { name: 'Samantha Booth' },
  })
  const event = emulator.addEvent(account, {
    start: '2020-02-01T12:00',
    end: '2020-02-01T13:00',
    isOnlineMeeting: true,
  })
  const { json } = await graph(`/me/events/${event.id}?$select=isOnlineMeeting,onlineMeetingProvider,onlineMeeting`)
  expect(json).toMatchObject({
    isOnlineMeeting: true,
    onlineMeetingProvider: 'teamsForBusiness',
    onlineMeeting: {
      joinUrl: expect.stringMatching(/^https:\/\/teams\.microsoft\.com\/l\/meetup-join\//),
      conferenceId: expect.any(String),
    },
  })
})

test('user-list-calendars, user-get', async () => {
  expect((await graph('/me/calendars')).json.value[0]).toMatchObject({
    name: 'Calendar',
    hexColor: '',
    isRemovable: false,
  })
  expect((await graph('/me')).json).toMatchObject({
    displayName: 'Samantha Booth',
    businessPhones: [],
    userPrincipalName: 'samantha@contoso.example',
  })
})

test('event-cancel: an attendee cannot', async () => {
  const theirs = emulator.addEvent(account, {
    start: '2020-03-01T12:00',
    end: '2020-03-01T13:00',
    responseStatus: 'accepted',
  })
  const { status, json } = await graph(`/me/events/${theirs.id}/cancel`, {
    body: { Comment: 'Cancelling for this week due to all hands' },
  })
  expect([status, json.error]).toEqual([
    400,
    expect.objectContaining({
      message: "Your request can't be completed. You need to be an organizer to cancel a meeting.",
    }),
  ])
})

test('getSchedule is not offered', async () => {
  const { status } = await graph('/me/calendar/getSchedule', { body: { schedules: ['adele@contoso.example'] } })
  emulator.journal.clear()
  expect(status).toBe(400)
})
