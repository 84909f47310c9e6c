import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { changeTenantCommand } from '../../src/cli/change-tenant.ts'
import { createTenantCommand } from '../../src/cli/create-tenant.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { configFor } from '../support/environment.ts'
import { auditOf } from '../support/rows.ts'

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
  const changed = 'tenant_changed operator'
  expect(await auditOf(test.pool, tenantId)).toEqual(['tenant_created operator', changed, changed])
})

it.each([
  [{ slug: 'nobody', meet: 'online' }, 'there is no practice with that slug'],
  [{ slug: 'refusing', meet: 'online', service: 'None', 'contact-line': 'x' }, 'no service of that name'],
  [{ slug: 'refusing' }, 'nothing to change: give --meet, --contact-line, --language'],
  [{ slug: 'refusing', service: 'Session', 'contact-line': 'x' }, '--service goes with --meet'],
  [{ slug: 'refusing', meet: 'somewhere' }, '--meet takes online or in-person'],
  [{ slug: 'refusing', 'contact-line': 'x'.repeat(201) }, 'at most 200 characters'],
  [{ slug: 'refusing', language: 'fr' }, '--language takes en or de'],
  [{ slug: 'refusing', languages: 'de' }, '--languages has to name the language of the practice too'],
  [{ slug: 'refusing', languages: 'en,fr' }, '--languages takes en, de, with commas between'],
  [{ slug: 'refusing', clock: '13h' }, '--clock takes 12h or 24h'],
  [{ slug: 'refusing', language: 'de', clock: '12h' }, '--clock 12h does not go with German'],
  [{ meet: 'online' }, '--slug is missing'],
])('what cannot be changed is refused whole, with the reason: %j', async (values, reason) => {
  if ((await test.database.tenant.count({ where: { slug: 'refusing' } })) === 0) await created('refusing')
  expect(await change(values as Readonly<Record<string, string>>)).toBe(1)
  expect(said.join()).toContain(reason)
  expect(await stored('refusing')).toEqual({ contactLine: null, services: [{ name: 'Session', online: false }] })
})

const wordsOf = async (slug: string) => {
  const { language, languages, clock } = await test.database.tenant.findUniqueOrThrow({ where: { slug } })
  return [language, languages.join(), clock].join(' ')
}

it('scripts are answered with one JSON document, refusals included', async () => {
  const json = { ...output, json: true }
  const own = { slug: 'scripted', name: 'Ada', 'time-zone': 'Europe/Berlin', email: 'scripted@practice.example' }
  expect(await createTenantCommand(config(), own, json)).toBe(0)
  expect(await createTenantCommand(config(), own, json)).toBe(1)
  expect(await changeTenantCommand(config(), { slug: 'scripted', meet: 'online' }, json)).toBe(0)
  expect(await changeTenantCommand(config(), { slug: 'scripted' }, json)).toBe(1)
  const bookingPage = 'http://127.0.0.1:3999/book/scripted'
  expect(said.map((line): unknown => JSON.parse(line))).toEqual([
    { bookingPage, signIn: 'http://127.0.0.1:3999/sign-in' },
    { error: 'that slug or e-mail address is in use already' },
    { bookingPage },
    { error: expect.stringContaining('nothing to change') },
  ])
})

it('a practice is made in a language, with the clock that people there write', async () => {
  const london = { 'time-zone': 'Europe/London' }
  expect(await wordsOf(await created('english'))).toBe('en en 24h')
  expect(await wordsOf(await created('british', london))).toBe('en en 12h')
  expect(await wordsOf(await created('german', { ...london, language: 'de' }))).toBe('de de 24h')
  expect(await wordsOf(await created('both', { ...london, languages: 'en,de,en', clock: '24h' }))).toBe('en en,de 24h')
  const own = { slug: 'lost', name: 'Ada', 'time-zone': 'Europe/Berlin', email: 'lost@practice.example' }
  expect(await createTenantCommand(config(), { ...own, languages: 'de' }, output)).toBe(1)
  expect(said.join()).toContain('--languages has to name the language of the practice too')
})

it('a practice changes its language, those of its clients and its clock, and keeps what it is not told', async () => {
  const slug = await created('speaking', { 'time-zone': 'Europe/London' })
  const after = async (values: Readonly<Record<string, string>>) => {
    expect(await change({ slug, ...values })).toBe(0)
    return wordsOf(slug)
  }
  expect(await after({ language: 'de' })).toBe('de en,de 24h')
  expect(await after({ languages: 'de' })).toBe('de de 24h')
  expect(await after({ language: 'en', languages: 'en' })).toBe('en en 24h')
  expect(await after({ clock: '12h' })).toBe('en en 12h')
  expect(await after({ 'contact-line': 'Call 030 1' })).toBe('en en 12h')
})

it('the database itself keeps a practice to languages that there are, its own among them, and German to 24 hours', async () => {
  const slug = await created('held')
  const write = (data: { language?: string; languages?: string[]; clock?: string }) =>
    test.database.tenant.update({ where: { slug }, data })
  await expect(write({ language: 'fr', languages: ['en', 'fr'] })).rejects.toThrow('tenant_language')
  await expect(write({ languages: ['de'] })).rejects.toThrow('tenant_languages')
  await expect(write({ languages: ['en', 'fr'] })).rejects.toThrow('tenant_languages')
  await expect(write({ clock: '25h' })).rejects.toThrow('tenant_clock')
  await expect(write({ language: 'de', languages: ['de'], clock: '12h' })).rejects.toThrow('tenant_clock')
})
