import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice } from '../support/practice.ts'
import { createConnection } from '../support/rows.ts'

const guide = readFileSync('server/docs/operations.md', 'utf8')

/** The statements of the guide, by the first words of the comment above each. */
const statements = Object.fromEntries(
  [...guide.matchAll(/^-- ([\w ]+).*\n([^;]+);/gm)].map(([, name = '', text = '']) => [name.trim(), text]),
)

let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())

const run = (name: string, value: string) => {
  const text = statements[name]
  if (text === undefined) throw new Error(`the guide has no "${name}"`)
  return test.pool.query(text.replaceAll(/:'\w+'/g, '$1'), [value])
}

it('the guide’s statements list what was given up, and shred it again after a restore, as disconnecting does', async () => {
  const { tenantId } = await createPractice(test.database)
  const [gone, further, stays] = [
    await createConnection(test.database, tenantId, 'tokens'),
    await createConnection(test.database, tenantId, 'tokens', { further: true }),
    await createConnection(test.database, (await createPractice(test.database)).tenantId, 'tokens'),
  ]
  for (const connectionId of [gone, further, stays]) {
    const more = { tenantId, connectionId, provider: 'MICROSOFT' as const, isDefault: true }
    await test.database.connectedCalendar.create({
      data: { ...more, id: connectionId, externalId: 'calendar', name: 'Hers' },
    })
    const [data, where] = [{ accountAddress: 'ada@praxis.example', leaseOwner: gone }, { id: connectionId }]
    await test.database.calendarConnection.update({ data, where, select: { id: true } })
  }
  await test.database.keptGrant.create({ data: { connectionId: gone, keptUntil: new Date() } })
  const before = new Date(Date.now() - 3_600_000).toISOString()
  expect((await run('given up since', before)).rows).toEqual([])
  expect((await run('shred again', `${gone},${further}`)).rowCount).toBe(2)
  const listed = (await run('given up since', before)).rows
  expect(listed).toEqual([gone, further].map(() => ({ id: expect.any(String), disconnected_at: expect.any(Date) })))
  expect(listed.map(({ id }) => id).sort()).toEqual([gone, further].sort())
  const { rows } = await test.pool.query(
    `SELECT c.id, c.status, c.token_cache IS NULL AS shredded, c.account_address, c.lease_owner, count(k.id)::int AS calendars
     FROM calendar_connection c LEFT JOIN connected_calendar k ON k.connection_id = c.id GROUP BY c.id ORDER BY c.status, c.access DESC`,
  )
  const shredded = { status: 'DISCONNECTED', shredded: true, account_address: null, lease_owner: null, calendars: 0 }
  expect(rows).toEqual([
    {
      id: stays,
      status: 'ACTIVE',
      shredded: false,
      account_address: 'ada@praxis.example',
      lease_owner: gone,
      calendars: 1,
    },
    { id: gone, ...shredded },
    { id: further, ...shredded },
  ])
  expect(await test.database.keptGrant.count()).toBe(0)
})

it('what the guide says to type at an alarm runs on this database', async () => {
  const typed = [...guide.matchAll(/^ {4}psql "\$DATABASE_URL" -c "(.*)"$/gm)].map(([, statement = '']) => statement)
  expect(typed.length).toBeGreaterThan(5)
  // The queue's own complete_jobs takes no empty list, so that one job has been given up.
  await test.pool.query("SELECT graphile_worker.add_job('purge')")
  await test.pool.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts')
  for (const statement of typed) await test.pool.query(statement)
  const { rows } = await test.pool.query('SELECT count(*)::int FROM graphile_worker.jobs')
  expect(rows).toEqual([{ count: 0 }])
})

it('practices with Outlook are put aside for a release that does not know it, and taken up again as they were', async () => {
  const block = (name: string): string => new RegExp(`\`\`\`sql\n-- ${name}\n([^\`]+)\`\`\``).exec(guide)?.[1] ?? ''
  const [open, suspended] = [await createPractice(test.database), await createPractice(test.database)]
  for (const { tenantId } of [open, suspended]) await createConnection(test.database, tenantId, 'tokens')
  await test.pool.query(`UPDATE tenant SET calendar_provider = 'MICROSOFT'`)
  await test.pool.query('UPDATE tenant SET suspended_at = now() WHERE id = $1', [suspended.tenantId])
  const state = async () =>
    (
      await test.pool.query(
        `SELECT t.id, t.calendar_provider, t.suspended_at, c.status, c.token_cache FROM tenant t
         LEFT JOIN calendar_connection c ON c.tenant_id = t.id ORDER BY t.id, c.id`,
      )
    ).rows
  const before = await state()
  await test.pool.query(block('put aside'))
  const aside = await state()
  expect(aside.filter((row) => row.calendar_provider === 'MICROSOFT' || row.status === 'ACTIVE')).toEqual([])
  expect(aside.filter((row) => row.suspended_at === null)).toEqual([])
  await test.pool.query(block('take up again'))
  expect(await state()).toEqual(before)
})
