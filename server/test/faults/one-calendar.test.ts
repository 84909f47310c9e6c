import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { outcomeOf, slots } from '../security/support.ts'
import { daysAhead, googleSide, IRIS, microsoftSide, type Side } from '../support/calendar-sides.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { auditOf } from '../support/rows.ts'
import type { Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'

const THEIRS = 'Anna Beispiel'

let world: EmulatedWorld
let app: Instance
let therapist: Therapist
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.database.pool.query('DELETE FROM rate_limit')
  therapist = await app.signIn(await world.practice())
})
afterEach(() => {
  world.microsoft.faults.clear()
  world.google.recover()
  // The circuit breakers let a call through again.
  world.clock.advance(5 * 60_000)
})

const days = () => {
  const { start, end } = daysAhead(world)
  return `from=${start.toISOString().slice(0, 10)}&to=${end.toISOString().slice(0, 10)}`
}

const BOTH = ['microsoft', 'google'] as const
const open = (provider: (typeof BOTH)[number]): Side =>
  provider === 'google' ? googleSide(world, therapist) : microsoftSide(world, therapist)

const look = () => slots(world, app, therapist.practice)
const words = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/[\u2068\u2069]/g, '')
    .replace(/\s+/g, ' ')
const settings = async () => words((await therapist.settings()).text)
/** What the settings page says before its choices. */
const notice = async () => (await settings()).split('Which calendars make you busy')[0] ?? ''
const rows = async () =>
  (
    await world.database.pool.query<{ id: string; blocks: boolean; kind: string; failure_reason: string | null }>(
      `SELECT c.*, d.owner_name, d.failure_reason, coalesce(d.kind, 'own') AS kind
       FROM connected_calendar c LEFT JOIN calendar_detail d ON d.id = c.id
       WHERE c.tenant_id = $1 ORDER BY is_default DESC, first_seen_at, c.id`,
      [therapist.practice.tenantId],
    )
  ).rows
const ticked = async () => (await rows()).filter(({ blocks }) => blocks).length
const failing = async () => (await rows()).filter(({ failure_reason }) => failure_reason !== null)
/** Leaves only these ticked. One, because a browser's form of a test sends each name once. */
const tickOnly = async ({ id }: { readonly id: string }) =>
  outcomeOf((await therapist.press('calendars', { calendar: id })).location)
const idOf = async (index: number) => (await rows())[index] ?? { id: '' }
const check = () => therapist.press('check')
/** The page that an action leads to. */
const landed = async ({ location }: { readonly location: string | undefined }) =>
  words((await therapist.browser.get(location ?? '')).text)

/** Connects; what the page says that she is led to. */
const connected = async (side: Side) => {
  const location = await side.connect()
  expect(outcomeOf(location)).toBe('connected')
  return landed({ location })
}

// Every answer of a single calendar that is documented: test/microsoft/calendars.test.ts and test/google/calendars.test.ts.
describe('whatever one calendar answers', () => {
  it.each<readonly [string, string, Fault]>([
    ['her default one, 403', 'Calendar', { status: 403, code: 'ErrorAccessDenied' }],
    ['404 although it is listed', THEIRS, { status: 404, code: 'ErrorItemNotFound' }],
    ['401 with every token', THEIRS, { status: 401, code: 'InvalidAuthenticationToken' }],
    ['429 with a Retry-After', THEIRS, { status: 429, code: 'TooManyRequests', retryAfter: '20' }],
    ['503', THEIRS, { status: 503, code: 'ErrorMailboxStoreUnavailable' }],
    ['an answer that breaks the whole batch', THEIRS, { kind: 'reset' }],
    ['a list of events without an end', THEIRS, { kind: 'endless-pages' }],
  ])('it is named, and stays so with the next look: %s', async (_, name, fault) => {
    const side = microsoftSide(world, therapist)
    side.add(THEIRS)
    expect(await connected(side)).toContain('is connected')
    expect((await look()).status).toBe(200)
    side.strike(name, fault)
    for (let n = 0; n < 2; n += 1) {
      expect((await look()).status).toBe(503)
      const said = await notice()
      expect(said).toContain(`We have not been able to read “${name}” since`)
      expect(said).not.toMatch(/another account/)
    }
  })

  it('says no more to clients than that the calendar cannot be read', async () => {
    const side = open('google')
    side.add(THEIRS)
    expect(await connected(side)).toContain('is connected')
    side.fail(THEIRS)
    const { slug, serviceId } = therapist.practice
    const path = `/api/v1/tenants/${slug}/slots?service=${serviceId}`
    const { body } = await app.browser().json(`${path}&${days()}`)
    expect(Object.keys(body as object)).toEqual(['type', 'title', 'status', 'requestId'])
    expect(body).toMatchObject({ type: expect.stringMatching(/calendar-unreadable$/), status: 503 })
    const page = (await app.browser().get(`/book/${slug}?service=${serviceId}`)).text
    expect(JSON.stringify(body) + page).not.toContain(THEIRS)
  })
})

describe.each(BOTH)('one calendar that cannot be read, at %s', (provider) => {
  it('closes the practice, and her page names it and says what helps', async () => {
    const side = open(provider)
    side.add(THEIRS)
    expect(await connected(side)).toContain('is connected')
    expect((await look()).status).toBe(200)
    side.fail(THEIRS)
    expect((await look()).status).toBe(503)
    const said = await notice()
    expect(said).toContain(`We have not been able to read “${THEIRS}”`)
    expect(said).toContain('Untick it and save')
    expect(said).not.toMatch(/another account|Reconnect|Not allowed/)
    expect(await auditOf(world.database.pool, therapist.practice.tenantId)).not.toContainEqual(
      expect.stringContaining('calendar_access_lost'),
    )
    const [row] = await failing()
    expect(world.logs.of('calendar_unreadable').at(-1)).toMatchObject({ calendarId: row?.id })
    expect(JSON.stringify(world.logs.of('calendar_unreadable'))).not.toContain(THEIRS)

    // Unticking it opens the practice, and the page says so at once, whatever else was marked before.
    const marked = `UPDATE calendar_connection SET failure_reason = 'timeout', failing_since = now() WHERE tenant_id = $1`
    await world.database.pool.query(marked, [therapist.practice.tenantId])
    expect(await tickOnly(await idOf(0))).toBe('saved')
    expect(await settings()).not.toMatch(/not been able to read|Cannot be read|Not answering/)
    expect((await look()).status).toBe(200)
  })

  it('that is gone is listed again at once', async () => {
    const side = open(provider)
    side.add('Birthdays')
    side.add('Family')
    expect(await connected(side)).toContain('is connected')
    expect((await look()).status).toBe(200)
    for (const name of ['Birthdays', 'Family']) {
      side.remove(name)
      await look()
      expect((await look()).status, name).toBe(200)
    }
    expect(await settings()).not.toMatch(/Birthdays|Family|not been able/)
  })

  it('is told by "Check now", and so is that it can be read again', async () => {
    const side = open(provider)
    side.add(THEIRS)
    expect(await connected(side)).toContain('is connected')
    expect(await landed(await check())).toContain('2 calendars read')
    side.fail(THEIRS)
    const found = await landed(await check())
    expect(found).toContain('1 of 2 calendars read')
    expect(found).toContain(`Not read: “${THEIRS}”`)
    expect(found).toContain(`We have not been able to read “${THEIRS}”`)
    world.microsoft.faults.clear()
    world.google.account(IRIS).freeBusyErrors.clear()
    const mended = await landed(await check())
    expect(mended).toContain('2 calendars read')
    expect(mended).not.toContain('We have not been able to read')
  })

  it('is not ticked when it fails the read before it is, and is named', async () => {
    const side = open(provider)
    side.add(THEIRS)
    side.fail(THEIRS)
    const page = await connected(side)
    expect(await ticked()).toBe(1)
    expect(page).toContain(`“${THEIRS}” could not be read and is not ticked`)
    expect(page).not.toContain('Clients now only see hours when you are free')
    expect((await look()).status).toBe(200)

    // She ticks it all the same: it is read once more before.
    expect(await tickOnly(await idOf(1))).toBe('none_read')
    world.microsoft.faults.clear()
    world.google.account(IRIS).freeBusyErrors.clear()
    expect(await tickOnly(await idOf(1))).toBe('saved')
    expect(await failing()).toEqual([])
  })

  it('of the account: somebody else’s is offered unticked, with whose it is, and blocks when she ticks it', async () => {
    const side = open(provider)
    side.add('Calendar of the practice', { foreign: 'Bea Muster' })
    side.block('Calendar of the practice')
    expect(await connected(side)).toContain('is connected')
    expect((await rows()).map(({ kind, blocks }) => [kind, blocks])).toEqual([
      ['own', true],
      ['foreign', false],
    ])
    expect((await look()).starts.length).toBeGreaterThan(20)
    const page = await settings()
    expect(page).toMatch(
      provider === 'google' ? /Not your own: it does not/ : /Belongs to\s+Bea Muster\s*: it does not/,
    )
    expect(JSON.stringify([await rows(), world.logs.lines])).not.toMatch(/Bea Muster/)
    expect(await tickOnly(await idOf(1))).toBe('saved')
    expect((await look()).starts).toEqual([])
  })
})
