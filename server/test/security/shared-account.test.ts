import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMockCalendar } from '../../src/adapters/mock-calendar/index.ts'
import { changeBesideWorker } from '../support/beside-worker.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { outlook } from '../support/fixtures.ts'
import type { Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'
import { connections, forgetLimits, newAccount, outcomeOf, refusingConnections, runJob, slots } from './support.ts'

const IRIS = 'iris@practice.example'
const JONAS = 'jonas@practice.example'

let world: EmulatedWorld
let app: Instance
let other: Instance
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
  other = await world.start()
})
beforeEach(async () => {
  await forgetLimits(world)
  await changeBesideWorker(
    world.database.pool,
    "UPDATE calendar_connection SET status = 'DISCONNECTED', token_cache = NULL",
  )
  world.google.journal.length = 0
})
afterAll(() => world.close())

const newTherapist = async (instance = app): Promise<Therapist> => instance.signIn(await world.practice())
const revocations = () => world.google.journal.filter(({ path }) => path === '/revoke').map(({ status }) => status)
const pageOf = async ({ practice }: Therapist) => (await slots(world, app, practice)).status
const disconnect = async (therapist: Therapist) => outcomeOf((await therapist.press('disconnect')).location)
const google = (therapist: Therapist, email = IRIS, access = 'bookings') =>
  therapist.connectGoogle(world.google, email, access).then(outcomeOf)

describe('OA-42 two practices on one Google account', () => {
  let first: Therapist
  let second: Therapist
  beforeEach(async () => {
    first = await newTherapist()
    second = await newTherapist(other)
    expect([await google(first), await google(second)]).toEqual(['connected', 'connected'])
  })

  it('one disconnects: the other goes on reading; the last one’s grant is revoked', async () => {
    expect(await disconnect(first)).toBe('disconnected')
    expect(revocations()).toEqual([])
    expect(await pageOf(second)).toBe(200)
    expect(await disconnect(second)).toBe('disconnected')
    expect(revocations()).toEqual([200])
  })

  it('one replaces it: the other goes on; replaced by the last one it is revoked', async () => {
    for (const [therapist, expected] of [
      [first, []],
      [second, [200]],
    ] as const) {
      expect(await google(therapist, JONAS)).toBe('confirm')
      expect(outcomeOf((await therapist.press('confirm')).location)).toBe('replaced')
      expect(revocations()).toEqual(expected)
      expect(await pageOf(second)).toBe(200)
    }
    expect(await pageOf(first)).toBe(200)
  })

  it('one declines it, waiting beside another account, or overtakes it: the others go on', async () => {
    const third = await newTherapist()
    await third.connectMicrosoft(world.microsoft, newAccount(world))
    expect(await google(third)).toBe('confirm')
    const [waiting] = await connections(world, third.practice.tenantId, 'PENDING')
    expect((await third.press('disconnect', { connection: waiting?.id ?? '' })).status).toBe(303)
    expect(await google(third)).toBe('confirm')
    expect(await google(third, JONAS)).toBe('confirm')
    expect(revocations()).toEqual([])
    expect([await pageOf(first), await pageOf(second)]).toEqual([200, 200])
    // Jonas’ account waited at no other place.
    expect(await google(third)).toBe('confirm')
    expect(revocations()).toEqual([200])
  })

  it('one gives the write access back: nothing is revoked, both go on', async () => {
    expect(await google(first, IRIS, 'availability')).toBe('reconnected')
    expect(revocations()).toEqual([])
    expect([await pageOf(first), await pageOf(second)]).toEqual([200, 200])
  })

  it('both disconnect at one moment, in two processes: revoked once', async () => {
    expect(await Promise.all([disconnect(first), disconnect(second)])).toEqual(['disconnected', 'disconnected'])
    expect(revocations()).toEqual([200])
  })
})

describe('OA-42 a grant of Google’s that comes to nothing', () => {
  const LIST = 'GET /calendar/v3/users/me/calendarList'
  const withoutCalendars = async <T>(work: () => Promise<T>): Promise<T> => {
    const { calendars } = world.google.account(IRIS)
    const kept = [...calendars]
    calendars.clear()
    return work().finally(() => {
      for (const [id, calendar] of kept) calendars.set(id, calendar)
    })
  }
  const FAILURES: readonly (readonly [string, (therapist: Therapist) => Promise<unknown>])[] = [
    [
      'insufficient_scope',
      async (therapist) => {
        const withheld = ['https://www.googleapis.com/auth/calendar.events.owned']
        const callback = world.google.signIn(await therapist.leave('google'), IRIS, 'accept', withheld)
        return outcomeOf((await therapist.back(callback)).location)
      },
    ],
    ['no_mailbox', (therapist) => withoutCalendars(() => google(therapist))],
    [
      'unavailable',
      async (therapist) => {
        void world.google.failNext(LIST, { status: 503, times: 9 })
        return google(therapist).finally(() => world.google.recover())
      },
    ],
    // A lock that was not had in time.
    ['not_stored', (therapist) => refusingConnections(world, 'INSERT', '55P03', () => google(therapist))],
  ]

  it.each(FAILURES)('%s: is revoked, but not where a practice lives on that account', async (outcome, fail) => {
    const therapist = await newTherapist()
    expect(await fail(therapist)).toBe(outcome)
    expect(await connections(world, therapist.practice.tenantId, 'ACTIVE')).toEqual([])
    expect(revocations()).toEqual([200])
    const other = await newTherapist()
    expect(await google(other)).toBe('connected')
    await fail(therapist)
    expect(revocations()).toEqual([200])
    expect(await pageOf(other)).toBe(200)
  })

  it('of an account that nobody confirmed: is revoked when that is forgotten', async () => {
    const therapist = await newTherapist()
    await therapist.connectMicrosoft(world.microsoft, newAccount(world))
    expect(await google(therapist)).toBe('confirm')
    await world.database.pool.query(
      "UPDATE calendar_connection SET created_at = created_at - interval '2 h' WHERE status = 'PENDING'",
    )
    await runJob(world, 'purge')
    expect(revocations()).toEqual([200])
    expect(await connections(world, therapist.practice.tenantId, 'PENDING')).toEqual([])
  })
})

it('OA-42 two practices on one Microsoft account: one disconnects, the other goes on', async () => {
  const account = newAccount(world)
  const [first, second] = [await newTherapist(), await newTherapist(other)]
  for (const therapist of [first, second])
    expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toBe('connected')
  expect(await disconnect(first)).toBe('disconnected')
  expect(await pageOf(second)).toBe(200)
  expect(await disconnect(second)).toBe('disconnected')
})

it('OA-42 any provider is asked for the last grant of an account alone, and with its own tokens', async () => {
  const revoked: string[] = []
  const swap = {
    providers: () => {
      const mock = createMockCalendar({ features: outlook, clock: world.clock })
      const revoke = async (tokenCache: string) => void revoked.push(tokenCache)
      return { GOOGLE: undefined, MICROSOFT: { ...mock, connector: { ...mock.connector, revoke } } }
    },
  }
  const mocked = await world.start({}, swap)
  const [first, second] = [await newTherapist(mocked), await newTherapist(mocked)]
  for (const therapist of [first, second])
    expect(outcomeOf((await therapist.back(await therapist.leave('microsoft'))).location)).toBe('connected')
  expect(await disconnect(first)).toBe('disconnected')
  expect(revoked).toEqual([])
  expect(await disconnect(second)).toBe('disconnected')
  expect(revoked).toEqual([expect.stringContaining('account')])
})
