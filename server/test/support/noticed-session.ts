import type { EmulatedWorld, Instance } from './emulated-world.ts'
import { until } from './until.ts'
import { IRIS, type Provider, writtenSession } from './written-session.ts'

const HOUR = 3_600_000

const queryOf = async <Row>(world: EmulatedWorld, sql: string, ...values: unknown[]): Promise<Row[]> =>
  (await world.database.pool.query(sql, values)).rows as Row[]

/** A session whose event is written, and what can be seen of its comparisons. */
export async function noticedSession(world: EmulatedWorld, app: Instance, provider: Provider) {
  const query = <Row>(sql: string, ...values: unknown[]) => queryOf<Row>(world, sql, ...values)
  const one = await writtenSession(world, app, provider)
  const { id, eventId, account } = one
  const begins = Date.parse(one.begins)
  const session = async () => (await query<Row>('SELECT * FROM booking WHERE id = $1', id))[0] as Row
  const ends = (await session()).ends_at.getTime()
  const rows = () => query<Difference>('SELECT * FROM event_difference WHERE booking_id = $1', id)
  const edit = (start: number, end: number) =>
    provider === 'microsoft'
      ? world.microsoft.editEvent(account, eventId, { start: new Date(start), end: new Date(end) })
      : world.google.editEvent(IRIS, eventId, { start: at(start), end: at(end) })
  return {
    ...one,
    provider,
    query,
    session,
    rows,
    /** She moves its entry by so many hours. */
    shift: (hours: number) => edit(begins + hours * HOUR, ends + hours * HOUR),
    /** She gives its entry these times. */
    put: edit,
    stretch: () => edit(begins, ends + HOUR),
    erase: () =>
      provider === 'microsoft'
        ? world.microsoft.removeEvent(account, eventId)
        : world.google.removeEvent(IRIS, eventId),
    starts: () =>
      provider === 'microsoft'
        ? world.microsoft.event(account, eventId)?.start
        : Date.parse(String(world.google.account(IRIS).calendars.get(IRIS)?.events.get(eventId)?.start.dateTime)),
    /** One look at it, whatever its time; a minute later by the database than what was seen before. */
    async look() {
      await query(
        "UPDATE event_difference SET first_seen_at = first_seen_at - interval '1 minute' WHERE booking_id = $1",
        id,
      )
      await query("UPDATE event_comparison SET compare_at = now() - interval '1 s' WHERE booking_id = $1", id)
      const job = `compare-${id}`
      const { tenant_id: tenantId } = await session()
      await query(
        `SELECT graphile_worker.add_job('compare_events', json_build_object('tenantId', $1::text), job_key => $2)`,
        tenantId,
        job,
      )
      await until(async () => (await query('SELECT FROM graphile_worker.jobs WHERE key = $1', job)).length === 0)
    },
    /** In how many seconds it is compared next, by the database. */
    dueIn: async () => {
      const sql =
        'SELECT extract(epoch FROM compare_at - now())::float8 AS s FROM event_comparison WHERE booking_id = $1'
      return (await query<{ s: number }>(sql, id))[0]?.s
    },
    async answer(word: string) {
      const page = await one.therapist.browser.get('/appointments')
      const [difference] = await rows()
      return one.therapist.browser.submit(page, pathOf(id, difference?.id, word), {})
    },
    audits: async () =>
      (await query<{ action: string }>('SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY id', id)).map(
        ({ action }) => action,
      ),
  }
}

interface Row {
  readonly tenant_id: string
  readonly starts_at: Date
  readonly ends_at: Date
  readonly event_status: string
  readonly event_id: string | null
}
interface Difference {
  readonly id: string
  readonly kind: string
  readonly shown_since: Date | null
  readonly answer: string | null
}

const at = (instant: number) => ({ dateTime: new Date(instant).toISOString() })
export const pathOf = (id: string, difference: string | undefined, word: string) =>
  `/appointments/${id}/difference/${difference}/${word}`
