import type { EmulatedWorld } from '../../support/emulated-world.ts'
import { createPractice, type Practice } from '../../support/practice.ts'
import { signIn } from '../../support/therapist.ts'
import type { Measured } from './server-process.ts'

const DAY_MS = 86_400_000
const PRACTICES = 200
/** Of each practice that nobody asks for. */
const BOOKINGS = 10

const day = (after: number): string => new Date(Date.now() + after * DAY_MS).toISOString().slice(0, 10)

/** A practice whose Outlook is connected, with forty events in each of three calendars and some sessions ahead. */
export async function connectedPractice(
  world: EmulatedWorld,
  product: Pick<Measured, 'origin'>,
  bookings: number,
): Promise<Practice> {
  const practice = await createPractice(world.database.database)
  const account = world.microsoft.addAccount({ kind: 'work', address: `${practice.slug}@practice.example` })
  const calendars = [undefined, ...['Family', 'Clinic'].map((name) => world.microsoft.addCalendar(account, name))]
  for (const calendar of calendars)
    for (let index = 0; index < 40; index++) {
      const start = new Date(`${day(1 + (index % 20))}T${String(8 + (index % 9)).padStart(2, '0')}:00:00Z`)
      world.microsoft.addEvent(
        account,
        { start, end: new Date(start.getTime() + 20 * 60_000), showAs: 'busy' },
        ...(calendar === undefined ? [] : [calendar]),
      )
    }
  const therapist = await signIn(product.origin, practice)
  const landed = await therapist.connectMicrosoft(world.microsoft, account)
  if (!landed.includes('connected')) throw new Error(`connecting ended at ${landed}`)
  await addBookings(world, practice, bookings)
  return practice
}

/** Practices beside the one that is asked for, so that no table is as small as a page. */
export async function otherPractices(world: EmulatedWorld): Promise<void> {
  for (let index = 0; index < PRACTICES; index++)
    await addBookings(world, await createPractice(world.database.database), BOOKINGS)
  await world.database.pool.query('ANALYZE')
}

/** Rows a statement: the pool ends one that takes longer than ten seconds. */
const ROWS = 5_000

/** One session an hour, backwards from last week: history, which no page shows. */
async function addBookings({ database }: EmulatedWorld, practice: Practice, count: number): Promise<void> {
  for (let first = 1; first <= count; first += ROWS)
    await database.pool.query(
      `INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
         client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status)
       SELECT gen_random_uuid(), $1, $2, at, at + interval '50 minutes', at, at + interval '50 minutes', 'A client',
         'client@example.org', gen_random_uuid()::text, gen_random_uuid()::text, 'seeded', 'NONE', 'NOT_WANTED'
       FROM generate_series($3::int, $4::int) AS n,
         LATERAL (SELECT date_trunc('hour', now()) - interval '7 days' - n * interval '1 hour' AS at) AS times`,
      [practice.tenantId, practice.serviceId, first, Math.min(count, first + ROWS - 1)],
    )
}

/** The addresses that are measured. */
export const pathsOf = ({ slug, serviceId }: Practice) => ({
  slots: `/api/v1/tenants/${slug}/slots?service=${serviceId}&from=${day(1)}&to=${day(7)}`,
  days: `/book/${slug}?service=${serviceId}`,
  day: `/book/${slug}?service=${serviceId}&day=${workingDay()}`,
})

/** The first Monday to Friday at least three days away. */
function workingDay(): string {
  const after = [3, 4, 5].find((days) => ![0, 6].includes(new Date(Date.now() + days * DAY_MS).getUTCDay())) ?? 3
  return day(after)
}

export const windowOfSlots = { start: `${day(0)}T00:00:00Z`, end: `${day(9)}T00:00:00Z` }
