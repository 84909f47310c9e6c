import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { changeTenantCommand } from '../../src/cli/change-tenant.ts'
import { createTenantCommand } from '../../src/cli/create-tenant.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { configFor } from '../support/environment.ts'

let test: TestDatabase
let said: string[]
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())
beforeEach(() => {
  said = []
})

const output = {
  print: (line: string): void => void said.push(line),
  warn: (line: string): void => void said.push(line),
}
const config = () => configFor(test, { ADMIN_PASSWORD: 'correct horse 9' })
const change = (values: Readonly<Record<string, string>>) => changeTenantCommand(config(), values, output)

async function created(slug: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const own = { slug, name: 'Ada', 'time-zone': 'Europe/Berlin', email: `${slug}@practice.example` }
  expect(await createTenantCommand(config(), { ...own, ...more }, output)).toBe(0)
  said = []
  return slug
}
const stored = (slug: string) =>
  test.database.tenant.findUniqueOrThrow({
    where: { slug },
    select: { contactLine: true, services: { select: { name: true, online: true }, orderBy: { name: 'asc' } } },
  })

it('a practice is made to meet in person, or online and with a contact line', async () => {
  expect(await stored(await created('present'))).toEqual({
    contactLine: null,
    services: [{ name: 'Session', online: false }],
  })
  expect(await stored(await created('remote', { meet: 'online', 'contact-line': 'Call 030 1' }))).toEqual({
    contactLine: 'Call 030 1',
    services: [{ name: 'Session', online: true }],
  })
})

it('a practice is changed in what is named, and in nothing else', async () => {
  const slug = await created('changing', { 'contact-line': 'Call 030 1' })
  const bystander = await created('bystander')
  const { id: tenantId } = await test.database.tenant.findUniqueOrThrow({ where: { slug } })
  await test.database.service.create({ data: { tenantId, name: 'Talk', durationMinutes: 20 } })
  expect(await change({ slug, meet: 'online', service: 'Talk' })).toBe(0)
  expect(await stored(slug)).toEqual({
    contactLine: 'Call 030 1',
    services: [
      { name: 'Session', online: false },
      { name: 'Talk', online: true },
    ],
  })
  expect(await change({ slug, meet: 'online', 'contact-line': '' })).toBe(0)
  const { contactLine, services } = await stored(slug)
  expect([contactLine, ...services.map(({ online }) => online)]).toEqual([null, true, true])
  expect(await stored(bystander)).toMatchObject({ services: [{ online: false }] })
})

it.each([
  [{ slug: 'nobody', meet: 'online' }, 'there is no practice with that slug'],
  [{ slug: 'refusing', meet: 'online', service: 'None', 'contact-line': 'x' }, 'no service of that name'],
  [{ slug: 'refusing' }, 'nothing to change: give --meet or --contact-line'],
  [{ slug: 'refusing', service: 'Session', 'contact-line': 'x' }, '--service goes with --meet'],
  [{ slug: 'refusing', meet: 'somewhere' }, '--meet takes online or in-person'],
  [{ slug: 'refusing', 'contact-line': 'x'.repeat(201) }, 'at most 200 characters'],
  [{ meet: 'online' }, '--slug is missing'],
])('what cannot be changed is refused whole, with the reason: %j', async (values, reason) => {
  if ((await test.database.tenant.count({ where: { slug: 'refusing' } })) === 0) await created('refusing')
  expect(await change(values as Readonly<Record<string, string>>)).toBe(1)
  expect(said.join()).toContain(reason)
  expect(await stored('refusing')).toEqual({ contactLine: null, services: [{ name: 'Session', online: false }] })
})
