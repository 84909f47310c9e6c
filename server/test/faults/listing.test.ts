import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import { outcomeOf, runJob, slots, startApp } from '../security/support.ts'
import { auditOf } from '../support/rows.ts'
import type { Therapist } from '../support/therapist.ts'

const LISTING = /^GET \/v1\.0\/me\/calendars\?/
const READING = /calendarView/i
const FOREVER = { times: Number.POSITIVE_INFINITY }
const CANNOT_BOOK = /Clients cannot book|Not allowed|Not answering|Calendar gone|our fault|Needs/

const { world, app } = await startApp()
let account: Account
let therapist: Therapist
afterEach(() => {
  // The circuit breakers let a call through again.
  world.clock.advance(5 * 60_000)
})
beforeEach(async () => {
  account = world.microsoft.addAccount({ kind: 'work', address: `${randomUUID()}@praxis.example` })
  therapist = await app.signIn(await world.practice())
})

const connect = async () => outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))
const status = async () => (await slots(world, app, therapist.practice)).status
const settings = async () => (await therapist.settings()).text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const maintain = () => runJob(world, 'maintain_connections')

describe('a listing of calendars that fails says nothing of reading', () => {
  it.each([
    [500, 'ErrorInternalServerError'],
    [503, 'ServiceUnavailable'],
    [403, 'ErrorAccessDenied'],
    [404, 'ErrorItemNotFound'],
    [400, 'BadRequest'],
  ])('when maintenance is answered %i %s', async (answered, code) => {
    expect(await connect()).toBe('connected')
    const checks = world.logs.of('connection_check_failed').length
    world.microsoft.faults.failNext(LISTING, { status: answered, code }, FOREVER)
    await maintain()
    expect(world.logs.of('connection_check_failed').length).toBeGreaterThan(checks)
    expect(await settings()).not.toMatch(CANNOT_BOOK)
    expect(await auditOf(world.database.pool, therapist.practice.tenantId)).not.toContainEqual(
      expect.stringContaining('calendar_access_lost'),
    )
    expect(await status()).toBe(200)
  })

  it('while somebody connects: nothing is connected, because unknown calendars would be free, and she reads why', async () => {
    world.microsoft.faults.failNext(LISTING, { status: 403, code: 'ErrorAccessDenied' }, FOREVER)
    expect(await connect()).toBe('forbidden')
    const page = (await therapist.browser.get('/settings/calendar?outcome=forbidden&provider=microsoft')).text
    expect(page).toContain('This account may not be used so')
  })
})

describe('maintenance', () => {
  it('does not put it about that clients cannot book because Microsoft is away for a minute', async () => {
    expect(await connect()).toBe('connected')
    world.microsoft.faults.failNext(/^(GET|POST) \/v1\.0\//, { status: 503 }, FOREVER)
    await maintain()
    expect(await settings()).not.toMatch(CANNOT_BOOK)
  })

  it.each([
    ['not answering', { status: 503, retryAfter: '0' }, 'Not answering'],
    ['refused', { status: 403, code: 'ErrorAccessDenied' }, 'Not allowed'],
    ['wrong on our side', { status: 400, code: 'BadRequest' }, 'our fault'],
  ] as const)('finds out that reading works again where it was %s', async (_, fault, words) => {
    expect(await connect()).toBe('connected')
    world.microsoft.faults.failNext(READING, fault, FOREVER)
    expect(await status()).toBe(503)
    expect(await settings()).toContain(words)
    world.microsoft.faults.clear()
    await maintain()
    expect(await settings()).not.toMatch(CANNOT_BOOK)
  })

  it('finds out by reading that an account may not be read any more, and says so', async () => {
    expect(await connect()).toBe('connected')
    world.microsoft.faults.failNext(/^GET \/v1\.0\//, { status: 403, code: 'ErrorAccessDenied' }, FOREVER)
    await maintain()
    expect(await settings()).toContain('Not allowed')
    await maintain()
    expect(await settings()).toContain('Not allowed')
  })
})

describe('an answer that nobody can trust', () => {
  const REVERSED = {
    start: { dateTime: '2027-01-05T10:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2027-01-05T09:00:00.0000000', timeZone: 'UTC' },
  }
  it.each([
    ['an event that ends before it begins', { kind: 'events', set: REVERSED }],
    ['an event without a time', { kind: 'events', set: { start: undefined } }],
    ['no JSON', { kind: 'malformed-json' }],
  ] as const)('is not told as silence: %s', async (_, fault) => {
    expect(await connect()).toBe('connected')
    const start = new Date(world.clock.now().getTime() + 9 * 86_400_000)
    world.microsoft.addEvent(account, { start, end: new Date(start.getTime() + 3_600_000), subject: 'x' })
    world.microsoft.faults.failNext(READING, fault, FOREVER)
    expect(await status()).toBe(503)
    const page = await settings()
    expect(page).toContain('Answer not understood')
    expect(page).not.toMatch(/did not answer|Not answering/)
    world.microsoft.faults.clear()
    expect(await status()).toBe(200)
    expect(await settings()).not.toContain('Answer not understood')
  })
})
