import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { silentLog } from '../../src/ports/log.ts'
import type { Availability } from '../../src/services/availability.ts'
import { createBookSession } from '../../src/services/book-session.ts'
import { createCancelBooking } from '../../src/services/cancel-booking.ts'
import { createManageTokens } from '../../src/services/manage-tokens.ts'
import { windowAround } from '../../src/services/offer-slots.ts'
import type { MockWorld } from '../support/mock-world.ts'
import { openSnapshots } from '../support/snapshots.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

/** The moments of a booking at which the very same request may overtake it. */
type Moment = 'after its key was looked for' | 'while the calendar is read' | 'before the insert'

let world: MockWorld
let tenantId: string
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
})
afterAll(() => world.close())
beforeEach(async () => {
  tenantId = (await world.practice()).tenantId
})

const FREE: Availability = { known: true, busy: [], checkedAt: new Date(TUESDAY_9), check: 'FRESH', connectionIds: [] }

/** Books through `at`, which is called once at each moment. */
function serviceWith(
  at: (moment: Moment) => Promise<unknown>,
  availability: Availability = FREE,
  manageTokens = createManageTokens('a secret'),
) {
  const store = createBookingStore(world.database.database)
  let lookedFor = false
  return createBookSession({
    bookings: {
      blocked: store.blocked,
      byIdempotencyKey: async (...key) => {
        const found = await store.byIdempotencyKey(...key)
        if (!lookedFor) {
          lookedFor = true
          await at('after its key was looked for')
        }
        return found
      },
      replaceManageToken: store.replaceManageToken,
      insert: async (...booking) => {
        await at('before the insert')
        return store.insert(...booking)
      },
    },
    freeBusy: {
      forSlots: async () => availability,
      forConfirmation: async () => {
        await at('while the calendar is read')
        return availability
      },
    },
    manageTokens,
    issueId: randomUUID,
    clock: world.clock,
    log: silentLog,
  })
}

const request = async () => {
  const day = TUESDAY_9.slice(0, 10)
  const snapshot = await openSnapshots(world.database).byId(tenantId, windowAround(day, day))
  const service = snapshot?.services[0]
  if (snapshot === undefined || service === undefined) throw new Error('no practice')
  const client = { name: 'A client', email: `${randomUUID()}@client.example` }
  return {
    snapshot,
    service,
    start: new Date(TUESDAY_9),
    client,
    idempotencyKey: randomUUID(),
    admit: async () => ({ allowed: true }) as const,
  }
}

const quick = () => serviceWith(async () => {})
const HOUR_TAKEN: Availability = {
  known: true,
  busy: [{ start: new Date(TUESDAY_9), end: hoursAfter(TUESDAY_9, 1) }],
  checkedAt: undefined,
  check: 'FRESH',
  connectionIds: [],
}

describe('INV-10 F-81 a request that is overtaken by itself', () => {
  const MOMENTS: Moment[] = ['after its key was looked for', 'while the calendar is read', 'before the insert']

  it.each(MOMENTS)('%s gets the same booking', async (moment) => {
    const asked = await request()
    const overtaking: unknown[] = []
    const outcome = await serviceWith(async (now) => {
      if (now === moment) overtaking.push(await quick().book(asked))
    }).book(asked)
    expect(outcome).toMatchObject({ kind: 'booked' })
    expect(overtaking).toEqual([outcome])
  })

  it.each<[string, Availability]>([
    ['whose event is in the calendar by now', HOUR_TAKEN],
    ['when the calendar could not be read', { known: false, because: 'timeout', retryAfterMs: undefined }],
  ])('%s gets the same booking', async (_what, availability) => {
    const asked = await request()
    let overtaking: unknown
    const outcome = await serviceWith(async (now) => {
      if (now === 'while the calendar is read') overtaking = await quick().book(asked)
    }, availability).book(asked)
    expect(outcome).toMatchObject({ kind: 'booked' })
    expect(overtaking).toEqual(outcome)
  })
})

describe('INV-10 a request that is repeated after the session secret was changed', () => {
  const later = createManageTokens('a later secret')
  const bookLater = (at: Parameters<typeof serviceWith>[0]) => serviceWith(at, FREE, later)
  const links = () =>
    createCancelBooking({
      tenants: createTenantStore(world.database.database),
      bookings: createBookingStore(world.database.database),
      manageTokens: later,
      clock: world.clock,
      log: silentLog,
    })

  it.each<[string, Moment | undefined]>([
    ['long before', undefined],
    ['meanwhile, by a process that has the former one', 'before the insert'],
  ])('%s: the same booking, by a link that works, and not by the former one', async (_when, moment) => {
    const asked = await request()
    let earlier = moment === undefined ? await quick().book(asked) : undefined
    const outcome = await bookLater(async (now) => {
      if (now === moment) earlier = await quick().book(asked)
    }).book(asked)
    if (outcome.kind !== 'booked' || earlier?.kind !== 'booked') throw new Error('nothing was booked')
    expect(outcome.booking).toEqual(earlier.booking)
    const found = await links().find(outcome.manageToken)
    expect(found?.booking.id).toBe(outcome.booking.id)
    expect(await links().find(earlier.manageToken)).toBeUndefined()
    expect(found && (await links().byClient(found))).toBe('cancelled')
  })

  it('gives no link back to a booking whose client is erased meanwhile', async () => {
    const asked = await request()
    await quick().book(asked)
    const erased = `erased ${randomUUID()}`
    await bookLater(async (now) => {
      if (now === 'after its key was looked for')
        await world.database.pool.query('UPDATE booking SET manage_token_hash = $2 WHERE tenant_id = $1', [
          tenantId,
          erased,
        ])
    }).book(asked)
    const { rows } = await world.database.pool.query('SELECT manage_token_hash FROM booking WHERE tenant_id = $1', [
      tenantId,
    ])
    expect(rows).toEqual([{ manage_token_hash: erased }])
  })
})

describe('INV-1 a request that is overtaken by somebody else', () => {
  it.each<Moment>(['after its key was looked for', 'while the calendar is read', 'before the insert'])(
    '%s is told that the time is taken',
    async (moment) => {
      const outcome = await serviceWith(async (now) => {
        if (now === moment) await quick().book(await request())
      }).book(await request())
      expect(outcome).toEqual({ kind: 'taken' })
    },
  )

  it('under the same key, for something else: told that the key is used', async () => {
    const asked = await request()
    const outcome = await serviceWith(async (now) => {
      if (now === 'before the insert') await quick().book({ ...asked, start: hoursAfter(TUESDAY_9, 3) })
    }).book(asked)
    expect(outcome).toEqual({ kind: 'key_reused' })
  })
})
