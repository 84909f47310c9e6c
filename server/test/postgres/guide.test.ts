import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Admin, adminOf } from '../support/admin.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice } from '../support/practice.ts'
import { createConnection } from '../support/rows.ts'

const [guide = '', administration = ''] = ['operations', 'administration'].map((name) =>
  readFileSync(`server/docs/${name}.md`, 'utf8'),
)
const typedAt = (pattern: RegExp): string[] =>
  [...`${guide}\n${administration}`.matchAll(pattern)].map(([, text = '']) => text)

let test: TestDatabase
let admin: Admin
beforeAll(async () => {
  test = await openTestDatabase()
  admin = adminOf(test)
})
afterAll(async () => {
  await admin.close()
  await test.drop()
})

it('what the guide says to type at an alarm runs on this database', async () => {
  const statements = typedAt(/^ {4}psql "\$DATABASE_URL" -c "(.*)"$/gm)
  const alarms = guide.slice(guide.indexOf('\n## Alarms'), guide.indexOf('\n## Behind proxies'))
  const commands = [...alarms.matchAll(/^ {4}npm run admin -- ([\w -]+)$/gm)].map(([, words = '']) => words)
  expect(statements.length).toBeGreaterThan(5)
  expect(commands).toEqual(['queue list', 'queue list --failed', 'queue drop failed'])
  await test.pool.query("SELECT graphile_worker.add_job('purge')")
  await test.pool.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts')
  for (const statement of statements) await test.pool.query(statement)
  for (const words of commands) expect([words, (await admin(...words.split(' '))).code]).toEqual([words, 0])
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

it('every command that the guide types is one', async () => {
  const typed = [...new Set(typedAt(/npm run admin -- (\w+ [\w-]+)/g))].filter(
    (words) => !words.includes('create-tenant'),
  )
  expect(typed.length).toBeGreaterThan(10)
  for (const words of typed) expect([words, (await admin(...words.split(' '), '--help')).code]).toEqual([words, 0])
})
