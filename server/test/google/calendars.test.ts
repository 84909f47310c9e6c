import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EmulatedAccount } from '../../dev/google-emulator/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { CalendarsUnreadable } from '../../src/ports/calendar-failure.ts'
import { at, failureOf } from '../contract/calendar-under-test.ts'
import { connect, type GoogleFixture, IRIS, startGoogle } from '../support/google-account.ts'

const LIST = 'GET /calendar/v3/users/me/calendarList'
const WINDOW = { start: at('06:00'), end: at('18:00') }

let fixture: GoogleFixture
let connection: ConnectionContext
let account: EmulatedAccount
beforeEach(async () => {
  fixture = await startGoogle()
  connection = await connect(fixture)
  account = fixture.google.account(IRIS)
})
afterEach(() => fixture.close())

const list = async () =>
  (await fixture.binding.connector.listCalendars(connection)).map(({ name, kind, ownerName }) => [
    name,
    kind,
    ownerName,
  ])
const listing = (...items: readonly object[]) =>
  fixture.google.failNext(LIST, {
    status: 200,
    body: { items: [{ id: IRIS, summary: 'Iris', primary: true, accessRole: 'owner' }, ...items] },
  })

describe('whose a calendar is', () => {
  it('hers is what she owns; what others own, or let her see, is theirs', async () => {
    const { google } = fixture
    google.addCalendar(IRIS, 'Team', { accessRole: 'writer' })
    google.addCalendar(IRIS, 'Holidays', { id: 'de.german#holiday@group.v.calendar.google.com', accessRole: 'reader' })
    google.addCalendar(IRIS, 'Jonas', { id: 'jonas@practice.example', accessRole: 'freeBusyReader' })
    google.addCalendar(IRIS, 'Bea', { id: 'bea@practice.example', accessRole: 'owner' })
    google.addCalendar(IRIS, 'Private', { accessRole: 'owner', dataOwner: 'bea@practice.example' })
    google.addCalendar(IRIS, 'Sport', { hidden: true })
    expect(await list()).toEqual([
      [IRIS, undefined, undefined],
      ['Private', undefined, undefined],
      ['Team', 'foreign', undefined],
      ['Holidays', 'foreign', undefined],
      ['Jonas', 'foreign', undefined],
      ['Bea', 'foreign', undefined],
      ['Private', 'foreign', undefined],
      ['Sport', 'hidden', undefined],
    ])
  })

  it.each([
    ['no role', { accessRole: undefined }, undefined],
    ['a role that is no text', { accessRole: 7 }, undefined],
    ['a role to come', { accessRole: 'ownerOfSome' }, 'foreign'],
    ['no name', { summary: null }, undefined],
    ['flags of another form', { primary: 'no', hidden: 'no' }, undefined],
  ])('unknown is not free: an entry with %s', async (_, change, kind) => {
    listing({ id: 'c@group.calendar.google.com', summary: 'Sport', accessRole: 'owner', ...change })
    expect((await list()).map(([, told]) => told)).toEqual([undefined, kind])
  })

  it('those that may not be written into are told apart', async () => {
    const { google } = fixture
    for (const accessRole of ['freeBusyReader', 'reader', 'writer', 'owner'])
      google.addCalendar(IRIS, accessRole, { accessRole })
    const listed = await fixture.binding.connector.listCalendars(connection)
    expect(listed.filter(({ isReadOnly }) => isReadOnly).map(({ name }) => name)).toEqual(['freeBusyReader', 'reader'])
  })

  it('an entry without an id is no list that can be trusted', async () => {
    for (const id of [undefined, null, '', 7]) {
      listing({ id, summary: 'Sport', accessRole: 'owner' })
      expect((await failureOf(fixture.binding.connector.listCalendars(connection))).reason, String(id)).toBe('garbled')
    }
  })

  it('2,000 calendars are listed', async () => {
    fixture.google.settings.pageSize = 250
    for (let n = 2; n < 2000; n += 1) fixture.google.addCalendar(IRIS, `No. ${n}`)
    expect(await list()).toHaveLength(2000)
  })
})

/** Every reason of developers.google.com/workspace/calendar/api/v3/reference/freebusy/query, and one to come. */
const REASONS = [
  ['groupTooBig', 'misconfigured'],
  ['tooManyCalendarsRequested', 'misconfigured'],
  ['notFound', 'not_found'],
  ['internalError', 'unavailable'],
  ['aReasonToCome', 'unavailable'],
] as const

describe('the failure of one calendar among others', () => {
  const read = () => fixture.binding.calendarFor(connection).getFreeBusy(WINDOW)

  it.each(REASONS)('INV-7 is known as its own: %s', async (code, reason) => {
    const [, second = ''] = connection.calendarIds
    account.freeBusyErrors.set(second, code)
    const failure = await failureOf(read())
    expect(failure).toBeInstanceOf(CalendarsUnreadable)
    expect(failure).toMatchObject({ reason, code })
    expect([...(failure as CalendarsUnreadable).failures.keys()]).toEqual([second])
  })

  it.each(REASONS)('is the account’s where all fail alike: %s', async (code, reason) => {
    for (const id of connection.calendarIds) account.freeBusyErrors.set(id, code)
    const failure = await failureOf(read())
    expect(failure).not.toBeInstanceOf(CalendarsUnreadable)
    expect(failure.reason).toBe(reason)
  })

  it('is known as its own where it is left out, or ends before it begins', async () => {
    const [first = '', second = ''] = connection.calendarIds
    const reversed = [{ start: '2027-06-14T10:00:00Z', end: '2027-06-14T09:00:00Z' }]
    for (const theirs of [undefined, { busy: reversed }]) {
      const calendars = { [first]: { busy: [] }, [second]: theirs }
      fixture.google.failNext('POST /calendar/v3/freeBusy', { status: 200, body: { calendars } })
      const failure = await failureOf(read())
      expect(failure).toBeInstanceOf(CalendarsUnreadable)
      expect([...(failure as CalendarsUnreadable).failures].map(([id, { reason }]) => [id, reason])).toEqual([
        [second, 'garbled'],
      ])
    }
  })
})
