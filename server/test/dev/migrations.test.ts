import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LAST_MIGRATION } from '../../src/adapters/postgres/readiness.ts'

const FOLDER = 'prisma/migrations'

/** Tables that grow for years: an ordinary CREATE INDEX, or a constraint that is checked at once, stops every write to one meanwhile. */
const LARGE = '"?(?:booking|audit_event)"?'

/** Released before the rule: their checksums are in databases. Nothing is added to this list. */
const BEFORE_THE_RULE = [
  '20240115090000_baseline',
  '20261127020000_index_periodic_queries',
  '20261127021000_bound_booking_times',
  '20261127022000_index_event_status',
  '20261127052000_one_audit_row_for_each_approval',
  '20261127066100_find_and_erase_clients',
  '20261127066800_index_bookings_by_service',
]

const statementsOf = (sql: string): string[] =>
  sql
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim().replaceAll(/\s+/g, ' '))
    .filter((statement) => statement !== '')

/** The statements of a migration that keep a large table from being written to for as long as it is read. */
function holdingUp(sql: string): string[] {
  const index = new RegExp(`^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY).*? ON ${LARGE}[ (]`, 'i')
  const constraint = new RegExp(`^ALTER TABLE ${LARGE} ADD CONSTRAINT (?!.* NOT VALID$)`, 'i')
  return statementsOf(sql).filter((statement) => index.test(statement) || constraint.test(statement))
}

/** PostgreSQL builds an index CONCURRENTLY in no transaction, and a file of several statements is one. */
const isAlone = (sql: string): boolean => !/ INDEX CONCURRENTLY /i.test(sql) || statementsOf(sql).length === 1

const migrations = fs
  .readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, sql: fs.readFileSync(`${FOLDER}/${name}/migration.sql`, 'utf8') }))

describe('a migration', () => {
  it('holds up no bookings while it reads them all: CONCURRENTLY, NOT VALID, but for those that were before the rule', () => {
    const found = migrations.filter(({ sql }) => holdingUp(sql).length > 0).map(({ name }) => name)
    expect(found).toEqual(BEFORE_THE_RULE)
  })

  it('that builds an index CONCURRENTLY has no other statement', () => {
    expect(migrations.filter(({ sql }) => !isAlone(sql)).map(({ name }) => name)).toEqual([])
  })

  it('that the guide builds by hand is there, and is nothing but indexes', () => {
    const guide = fs.readFileSync('server/docs/operations.md', 'utf8')
    const named = new Set([...guide.matchAll(/\b\d{14}_\w+/g)].map(([name]) => name))
    expect([...named].filter((name) => !migrations.some((one) => one.name === name))).toEqual([])
    const [, list = ''] = /for name in ([\w ]+); do/.exec(guide) ?? []
    const byHand = migrations.filter(({ name }) => list.split(' ').includes(name))
    expect(byHand).toHaveLength(3)
    // By its row a process sees that all migrations were carried out.
    expect(byHand.map(({ name }) => name)).not.toContain(LAST_MIGRATION)
    const statements = byHand.flatMap(({ sql }) => statementsOf(sql))
    expect(statements.filter((statement) => !statement.startsWith('CREATE INDEX '))).toEqual([])
  })

  it.each([
    ['CREATE INDEX "i" ON "booking" ("created_at");', 1, true],
    ['CREATE UNIQUE INDEX i\n  ON audit_event(at);', 1, true],
    ['ALTER TABLE "booking" ADD CONSTRAINT "c" CHECK ("ends_at" > "starts_at");', 1, true],
    ['-- Why.\nCREATE INDEX CONCURRENTLY "i" ON "booking" ("created_at");', 0, true],
    ['CREATE INDEX CONCURRENTLY "i" ON "booking" ("a");\nSELECT 1;', 0, false],
    ['ALTER TABLE "booking" ADD CONSTRAINT "c" CHECK ("ends_at" > "starts_at") NOT VALID;', 0, true],
    ['CREATE INDEX "i" ON "event_claim" ("booking_id");', 0, true],
  ])('is read rightly: %s', (sql, count, alone) => {
    expect([holdingUp(sql).length, isAlone(sql)]).toEqual([count, alone])
  })
})
