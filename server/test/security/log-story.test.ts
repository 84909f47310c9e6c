import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { adminOf } from '../support/admin.ts'
import { until } from '../support/until.ts'
import { IRIS, writtenSession } from '../support/written-session.ts'
import { slots, startApp, therapistWithAccount } from './support.ts'

const guide = readFileSync('server/docs/operations.md', 'utf8')
const hasJq = spawnSync('jq', ['--version']).status === 0

type Line = Readonly<Record<string, unknown>>

const { world, app } = await startApp()

/** What the guide's line prints of our log; undefined where there is no jq. */
function typed(heading: string, id: string): readonly Line[] | undefined {
  const place = guide.slice(guide.indexOf(heading))
  const [, options = '', program = ''] = /^ {4}jq (.*?) <id> '(.*)' app\.log$/m.exec(place) ?? []
  expect(program).not.toBe('')
  if (!hasJq) return undefined
  const folder = mkdtempSync(path.join(os.tmpdir(), 'booking-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(path.join(folder, 'app.log'), world.logs.lines.join(''))
  const { status, stdout } = spawnSync('jq', [...options.split(' '), id, program, 'app.log'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

const all = (): readonly Line[] => world.logs.lines.map((line) => JSON.parse(line))
const steps = (lines: readonly Line[], bookingId: string): unknown[] =>
  lines.filter((line) => line.bookingId === bookingId).map(({ event }) => event)

it('CL-09 the log alone tells the life of one booking, by the ids of what took each step', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const { practice } = therapist
  await therapist.connectMicrosoft(world.microsoft, account)
  const { starts } = await slots(world, app, practice)
  const client = { name: 'Mo Secret', email: `${randomUUID()}@client.example` }
  const answer = await fetch(`${app.origin}/api/v1/tenants/${practice.slug}/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ service: practice.serviceId, start: starts[0], client }),
  })
  const { id, manageUrl }: { id: string; manageUrl: string } = await answer.json()
  await until(async () => steps(all(), id).includes('event_written'))
  const browser = app.browser()
  const { pathname } = new URL(manageUrl)
  await browser.submit(await browser.get(pathname), `${pathname}/cancel`, {})
  await until(async () => steps(all(), id).includes('event_removed'))

  expect(steps(all(), id)).toEqual(['booking_created', 'event_written', 'booking_cancelled', 'event_removed'])
  const told = all().filter((line) => line.bookingId === id)
  expect(told.every((line) => line.tenantId === practice.tenantId)).toBe(true)
  expect(told.map(({ requestId, jobId }) => [typeof requestId, typeof jobId])).toEqual([
    ['string', 'undefined'],
    ['undefined', 'string'],
    ['string', 'undefined'],
    ['undefined', 'string'],
  ])
  expect(answer.headers.get('x-request-id')).toBe(told[0]?.requestId)
  const { rows } = await world.database.pool.query(
    'SELECT action, request_id FROM audit_event WHERE subject_id = $1 ORDER BY id',
    [id],
  )
  expect(rows).toEqual([
    { action: 'booking_created', request_id: told[0]?.requestId },
    { action: 'booking_cancelled', request_id: told[2]?.requestId },
  ])
  expect(JSON.stringify(told)).not.toMatch(/Mo|client\.example/)

  const life = typed('### What became of a booking', id)
  if (life === undefined) return
  expect(steps(life, id)).toEqual(steps(all(), id))
  const others = life.filter((line) => line.bookingId !== id).map(({ event, status }) => `${event} ${status}`)
  expect(others).toEqual(expect.arrayContaining(['request 201', 'request 303', 'graph_call 201', 'graph_call 204']))
})

it('CL-09 the log alone tells how long one connection could not be read, why, and since when it can', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const { practice } = therapist
  await therapist.connectMicrosoft(world.microsoft, account)
  const status = async () => (await slots(world, app, practice)).status
  expect(await status()).toBe(200)
  world.clock.advance(2 * 3_600_000)
  world.microsoft.setClientSecretExpired(true)
  expect([await status(), await status()]).toEqual([503, 503])
  world.microsoft.setClientSecretExpired(false)
  expect([await status(), await status()]).toEqual([200, 200])

  const id = all().findLast(({ event }) => event === 'connection_recovered')?.connectionId
  const turns = (lines: readonly Line[]) =>
    lines
      .filter((line) => line.connectionId === id && /^connection_(failing|recovered)$/.test(String(line.event)))
      .map(({ event, reason, tenantId }) => [event, reason, tenantId])
  const outage = [
    ['connection_failing', 'misconfigured', practice.tenantId],
    ['connection_recovered', undefined, practice.tenantId],
  ]
  expect(turns(all())).toEqual(outage)
  const told = typed('### What became of a connection', String(id))
  if (told === undefined) return
  expect(turns(told)).toEqual(outage)
  expect(told.map(({ event }) => event)).toContain('token_exchange_failed')
  expect(told.every((line) => line.connectionId === id)).toBe(true)
})

it('the id of a request is in its answer, in problems too, and nobody else may choose it', async () => {
  const page = await fetch(`${app.origin}/sign-in`, { headers: { 'x-request-id': 'CANARY' } })
  const id = page.headers.get('x-request-id')
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  const problem = await fetch(`${app.origin}/api/v1/tenants/nobody-here/slots`)
  expect(problem.headers.get('content-type')).toContain('application/problem+json')
  expect((await problem.json()).requestId).toBe(problem.headers.get('x-request-id'))
  await until(async () => all().some((line) => line.event === 'request' && line.requestId === id))
})

it('CL-09 an entry that the therapist took away is one line, by which time it is asked about, however often it is looked for', async () => {
  const { id, eventId, account, practice } = await writtenSession(world, app, 'microsoft')
  const { pool } = world.database
  // The first look finds it, the second finds it gone, and from the third on she is asked.
  for (const look of [1, 2, 3, 4]) {
    if (look === 2) world.microsoft.removeEvent(account, eventId)
    // A minute later than what was seen before, by the database.
    await pool.query(
      "UPDATE event_difference SET first_seen_at = first_seen_at - interval '1 minute' WHERE booking_id = $1",
      [id],
    )
    await pool.query("UPDATE event_comparison SET compare_at = now() - interval '1 s' WHERE booking_id = $1", [id])
    const add =
      "SELECT graphile_worker.add_job('compare_events', json_build_object('tenantId', $1::text), job_key => $2)"
    const key = `compare-${id}-${look}`
    await pool.query(add, [practice.tenantId, key])
    await until(async () => (await pool.query('SELECT FROM graphile_worker.jobs WHERE key = $1', [key])).rowCount === 0)
    expect(steps(all(), id)).toEqual(['booking_created', 'event_written', ...(look > 2 ? ['event_gone'] : [])])
  }
})

it.each(['microsoft', 'google'] as const)(
  'what a restore forgets is found by the log alone, and mended: %s',
  async (provider) => {
    const admin = adminOf(world.database, { clock: world.clock }, { CALENDAR_ADAPTERS: 'real', ...world.env })
    const { id, book, row, cancel, status, practice, stands, account } = await writtenSession(world, app, provider)
    const { pool } = world.database
    const kept = `kept_${provider}`
    await pool.query(`CREATE TABLE ${kept} AS TABLE booking`)
    const lost = [await book(8), await book(16)]
    await until(async () => lost.every((one) => steps(all(), one).includes('event_written')))
    await cancel()
    await status('REMOVED')
    // The one that was cancelled since the backup was so before its removal was carried out.
    const since = all().filter(({ tenantId }) => tenantId === practice.tenantId)
    const cancelled = { event: 'booking_cancelled', tenantId: practice.tenantId, bookingId: lost[1] }
    await pool.query('DELETE FROM booking WHERE tenant_id = $1', [practice.tenantId])
    await pool.query(`INSERT INTO booking SELECT * FROM ${kept} WHERE tenant_id = $1`, [practice.tenantId])

    const folder = mkdtempSync(path.join(os.tmpdir(), 'booking-log-'))
    onTestFinished(async () => {
      rmSync(folder, { recursive: true })
      await admin.close()
    })
    const log = path.join(folder, 'app.log')
    writeFileSync(log, ['no line of ours', ...[...since, cancelled].map((line) => JSON.stringify(line))].join('\n'))
    const compare = async (...more: string[]) => {
      const { data } = await admin('restore', 'compare', log, '--json', ...more)
      const { bookedAgain, forgotten } = data as { bookedAgain: Line[]; forgotten: Line[] }
      return [
        bookedAgain.map((one) => [one.bookingId, one.isCancelled]),
        forgotten.map(({ slug, bookingId, entry }) => [slug, bookingId, entry]),
      ]
    }
    const entries = () =>
      provider === 'microsoft'
        ? world.microsoft.events(account).length
        : [...world.google.account(IRIS).calendars.values()].flatMap(({ events }) =>
            [...events.values()].filter((event) => event.status === 'confirmed'),
          ).length
    const [first, second] = lost.map((one) => (entry: string) => [practice.slug, one, entry])
    const before = entries()
    expect(await compare()).toEqual([[[id, false]], [first?.('stands'), second?.('stands')]])
    expect(entries()).toBe(before)
    expect(await compare('--mend')).toEqual([[[id, true]], [first?.('stands'), second?.('removed')]])
    expect([entries(), stands()]).toEqual([before - 1, false])
    expect((await row())?.status).toBe('CANCELLED')
    expect(await compare('--mend')).toEqual([[], [first?.('stands'), second?.('none')]])
    const [told] = all().filter(({ event, bookingId }) => event === 'booking_created' && bookingId === lost[0])
    const line = [practice.slug, told?.start, told?.end, 'not in the database', 'stands', lost[0]].join(' +')
    expect((await admin('restore', 'compare', log)).said).toMatch(new RegExp(line))
  },
)
