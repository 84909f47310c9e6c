import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { startAdmin } from '../support/admin.ts'
import { createPractice } from '../support/practice.ts'
import { auditOf } from '../support/rows.ts'

const { test, admin } = await startAdmin()
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'import-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

const HEAD = 'slug,name,time-zone,email,language,contact-line'
const importing = (text: string, ...more: readonly string[]) => {
  const file = path.join(folder, 'practices.csv')
  fs.writeFileSync(file, text)
  return admin('tenants', 'import', file, ...more)
}
const lineOf = (slug: string) => `${slug},Bo,Europe/Vienna,bo@${slug}.example,de,`

it('practices are imported as a spreadsheet saves them, each with a link for its owner', async () => {
  const quoted = 'second,"Bo, ""the"" second",Europe/Berlin,Bo@Second.example,,"Call\n030 1"'
  const { data } = await importing(`\uFEFF${HEAD}\r\n${lineOf('first')}\r\n${quoted}\r\n`, '--json')
  const links = data as { slug: string; url: string }[]
  expect(links.map(({ slug }) => slug)).toEqual(['first', 'second'])
  expect(new Set(links.map(({ url }) => url)).size).toBe(2)
  const tenants = await test.database.tenant.findMany({
    orderBy: { slug: 'asc' },
    include: { users: true, services: true, workingHours: true },
  })
  expect(tenants).toMatchObject([
    { slug: 'first', language: 'de', clock: '24h', retentionDays: 730, contactLine: null },
    { slug: 'second', name: 'Bo, "the" second', language: 'en', contactLine: 'Call\n030 1' },
  ])
  for (const { id, users, services, workingHours } of tenants) {
    expect([users.length, services.length, workingHours.length]).toEqual([1, 1, 5])
    expect(await auditOf(test.pool, id)).toEqual(['tenant_created operator'])
  }
  expect(tenants[1]?.users[0]?.email).toBe('bo@second.example')
})

it.each([
  [
    'one bad row',
    `${HEAD}\n${lineOf('good')}\nBad Slug,Bo,Europe/Vienna,bo@x.example,,\n`,
    'line 3: slug: --slug takes',
  ],
  ['a wrong zone', `${HEAD}\ngood,Bo,Mars/Olympus,bo@x.example,,`, 'line 2: time-zone: --time-zone takes an IANA name'],
  ['an empty field', `${HEAD}\ngood,,Europe/Vienna,bo@x.example,,`, 'line 2: name:'],
  [
    'a slug that stands twice',
    `${HEAD}\n${lineOf('good')}\n\n${lineOf('good')}`,
    'line 4: the slug good stands in line 2, too',
  ],
  [
    'an address in other letters',
    `${HEAD}\na,A,Europe/Vienna,a@a.example,,\nb,B,Europe/Vienna,A@a.example,,`,
    'line 3: the email a@a.example stands in line 2',
  ],
  [
    'a slug that is in use',
    `${HEAD}\n${lineOf('good')}\n${lineOf('taken')}`,
    'line 3: the slug taken is in use already',
  ],
  ['a missing field', `${HEAD}\ngood,Bo,Europe/Vienna`, 'line 2: it has 3 fields where the head has 6'],
  ['an open quote', `${HEAD}\n${lineOf('good')}\n"b,Bo`, 'line 3: a quote is missing'],
  ['an unknown column', `${HEAD},password\n`, 'line 1: "password" is no column'],
  ['a missing column', 'slug,name,email\n', 'line 1: the column time-zone is missing'],
  [
    'languages that do not go together',
    'slug,name,time-zone,email,language,clock\ngood,Bo,Europe/Vienna,bo@x.example,de,12h',
    'line 2: --clock 12h does not go with German',
  ],
  ['nothing', '', 'the file is empty'],
])('nothing is imported for %s, and the line is named', async (_what, text, words) => {
  if ((await test.database.tenant.count({ where: { slug: 'taken' } })) === 0)
    await createPractice(test.database, { slug: 'taken' })
  const before = await test.database.tenant.count()
  const { code, warned } = await importing(text)
  expect([code, warned.includes(words) || warned]).toEqual([1, true])
  expect(await test.database.tenant.count()).toBe(before)
})

it('a dry run looks at the file alone', async () => {
  const before = await test.database.tenant.count()
  expect((await importing(`${HEAD}\n${lineOf('dry')}`, '--dry-run')).said).toBe(
    'All 1 lines are right; nothing is imported.',
  )
  expect(await test.database.tenant.count()).toBe(before)
  expect((await admin('tenants', 'import', path.join(folder, 'none'))).warned).toContain('cannot be read')
})
