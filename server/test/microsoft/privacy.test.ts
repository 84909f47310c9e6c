import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Http, http as systemHttp } from '../../src/net/http.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { bindingOf, booking, busy, CLIENT_SECRET, connect, failureOf, JANUARY, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, log, vault } = fixture
const POISON = ['POISON-SUBJECT', 'POISON-BODY', 'POISON-PLACE', 'poison@clients.example', 'POISON-GUEST']

async function poisoned() {
  const connected = await connect(fixture)
  emulator.addEvent(connected.account, {
    start: '2027-01-05T09:00',
    end: '2027-01-05T10:00',
    subject: 'POISON-SUBJECT',
    body: { contentType: 'html', content: 'POISON-BODY' },
    location: 'POISON-PLACE',
    attendees: [{ type: 'required', emailAddress: { name: 'POISON-GUEST', address: 'poison@clients.example' } }],
    sensitivity: 'private',
  })
  emulator.journal.clear()
  return connected
}

describe('what is asked for', () => {
  test('PR-01 every free/busy read selects exactly these fields, alone and in a batch', async () => {
    const { provider, connection, account } = await poisoned()
    await busy(provider)
    const calendarIds = [...connection.calendarIds, emulator.addCalendar(account, 'Two').id]
    await busy(fixture.binding.calendarFor({ ...connection, calendarIds }))
    const sent = emulator.journal.of('graph').flatMap(({ path, requestBody }) => {
      const batch = (requestBody as { requests?: { url: string }[] } | undefined)?.requests
      return batch === undefined ? [path] : batch.map(({ url }) => url)
    })
    expect(sent).toHaveLength(3)
    for (const url of sent) {
      const { pathname, searchParams } = new URL(url, emulator.origin)
      expect(pathname).toMatch(/\/me\/calendars\/[^/]+\/calendarView$/)
      expect([...searchParams.keys()].sort()).toEqual(['$select', '$top', 'endDateTime', 'startDateTime'])
      expect(searchParams.get('$select')).toBe('start,end,showAs,isAllDay,isCancelled,responseStatus')
    }
  })

  test('PR-01 events of our own are read by id or marker, without a word of theirs', async () => {
    const { provider } = await poisoned()
    const event = await provider.createEvent(booking({ onlineMeeting: true }))
    await provider.deleteEvent(event.id)
    const selects = emulator.journal
      .of('graph')
      .filter(({ method }) => method === 'GET')
      .map(({ path }) => new URL(path, emulator.origin).searchParams.get('$select'))
    expect(selects).toEqual([
      'id,changeKey,start,end,webLink,onlineMeeting',
      'allowedOnlineMeetingProviders,defaultOnlineMeetingProvider',
      'id,type,changeKey,start,end',
    ])
  })

  test('T-32 nothing but /me is ever called, and never /me itself', async () => {
    const { provider, connection } = await poisoned()
    await busy(provider)
    const { id } = await provider.createEvent(booking())
    await provider.deleteEvent(id)
    await fixture.binding.connector.listCalendars(connection)
    for (const { path } of emulator.journal.of('graph'))
      expect(path).toMatch(/^\/v1\.0\/me\/(calendars|events|calendar)\b/)
  })
})

describe('what comes back unasked', () => {
  test('PR-02 INV-15 what comes back unasked of an event stays out of results, errors, logs and the token store', async () => {
    const { provider, ref } = await poisoned()
    emulator.quirks.poison = true
    const read = await provider.getFreeBusy(JANUARY)
    const event = await provider.createEvent(booking())
    await provider.deleteEvent(event.id)
    emulator.faults.failNext('GET /v1.0/me/calendars/*/calendarView', {
      kind: 'events',
      set: { start: 'POISON-SUBJECT' },
    })
    const failure = await failureOf(provider.getFreeBusy(JANUARY))
    emulator.quirks.poison = false
    const kept = inspect([read, event, failure, log.entries, vault.peek(ref)], { depth: 12, showHidden: true })
    for (const poison of POISON) expect(kept).not.toContain(poison)
  })

  test('CL-08 what an error quotes stays out of errors and logs', async () => {
    const { provider } = await poisoned()
    const message = 'POISON-SUBJECT of ada@practice.example'
    const faults = [
      { status: 403, code: 'ErrorAccessDenied', message },
      { status: 400, code: 'POISON SUBJECT with blanks', message },
      { kind: 'html' as const, status: 500 },
      { kind: 'body' as const, change: () => ({ value: 'POISON-SUBJECT' }) },
    ]
    for (const fault of faults) {
      emulator.faults.failNext('GET /v1.0/me/calendars/*/calendarView', fault, { times: 3 })
      const failure = await failureOf(provider.getFreeBusy(JANUARY))
      emulator.faults.clear()
      expect(inspect([failure, log.entries], { depth: 12, showHidden: true })).not.toMatch(/POISON|ada@practice/)
    }
  })
})

describe('secrets', () => {
  test('CL-07 OA-24 tokens, codes, verifiers and the client secret are in no log, no error and no URL but the authorize one', async () => {
    const connected = await connect(fixture)
    await busy(connected.provider)
    emulator.revoke(connected.account)
    await failureOf(fixture.binding.connector.keepAlive(connected.connection))
    emulator.expireAccessTokens(connected.account)
    const failure = await failureOf(bindingOf(fixture).calendarFor(connected.connection).getFreeBusy(JANUARY))
    const cache = JSON.parse(connected.grant.tokenCache) as Record<string, Record<string, { secret?: string }>>
    const secrets = Object.values(cache).flatMap((section) => Object.values(section).map(({ secret }) => secret ?? ''))
    const said = inspect([failure, log.entries], { depth: 12, showHidden: true }) + JSON.stringify(log.entries)
    for (const secret of [...secrets.filter((text) => text !== ''), CLIENT_SECRET, connected.account.address])
      expect(said).not.toContain(secret)
    expect(emulator.journal.entries.map(({ path }) => path).join()).not.toContain(CLIENT_SECRET)
  })

  test('nothing but CalendarErrors leaves the adapter', async () => {
    const { provider } = await connect(fixture)
    vault.before = () => {
      throw new TypeError('the database says POISON-SUBJECT')
    }
    const failure = await provider.getFreeBusy(JANUARY).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CalendarError)
    expect(failure).toMatchObject({ reason: 'unavailable', code: 'token_store' })
    expect(inspect(failure, { depth: 12, showHidden: true })).not.toContain('POISON')
  })
})

describe('a mistake in our own code', () => {
  const mistake = (): never => {
    throw new TypeError('POISON-SUBJECT')
  }
  const OURS = { reason: 'misconfigured', code: 'TypeError' }

  test.each([
    ['before anything is sent', 'timeZone', 0],
    ['while an answer is read', 'policy', 1],
  ] as const)(
    '%s is called ours, not repeated, and logged by its class and place alone',
    async (_when, member, calls) => {
      const { connection } = await poisoned()
      const failing = Object.defineProperty({ ...connection }, member, { get: mistake })
      const failure = await failureOf(fixture.binding.calendarFor(failing).getFreeBusy(JANUARY))
      expect(failure).toMatchObject(OURS)
      expect(emulator.journal.of('graph')).toHaveLength(calls)
      expect(log.of('calendar_adapter_failed')).toEqual([
        { connectionId: connection.id, error: 'TypeError', at: expect.stringMatching(/^privacy\.test\.ts:\d+$/) },
      ])
      expect(inspect([failure, log.entries], { depth: 12, showHidden: true })).not.toContain('POISON')
    },
  )

  test('opens no circuit breaker, however often it is made', async () => {
    const { connection } = await connect(fixture)
    const info = (event: string) => (event === 'graph_call' ? mistake() : undefined)
    const provider = bindingOf(fixture, { log: { info, warn: log.warn, error: log.error } }).calendarFor(connection)
    for (let read = 0; read < 7; read++) expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject(OURS)
  })

  test('after an event was written: the event is looked for and found', async () => {
    const { connection, account } = await connect(fixture)
    const http: Http = async (url, request) => {
      const answer = await systemHttp(url, request)
      return request.method === 'POST' ? mistake() : answer
    }
    const wanted = booking()
    const event = await bindingOf(fixture, { http }).calendarFor(connection).createEvent(wanted)
    expect(event).toMatchObject({ start: wanted.start, end: wanted.end })
    expect(emulator.events(account)).toHaveLength(1)
  })
})
