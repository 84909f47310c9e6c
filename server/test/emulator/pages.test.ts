import { describe, expect, test } from 'vitest'
import { seedWeek } from '../../dev/microsoft-emulator/seed.ts'
import { attempt, graphWith, openEmulator } from './support.ts'

const emulator = await openEmulator({ now: () => new Date('2027-01-03T23:30:00Z') }) // already Monday in Berlin
const account = emulator.addAccount({ kind: 'work', address: 'ada@practice.example', name: 'Ada <Lind>' })
const path = `/outlook/${encodeURIComponent(account.address)}`

const open = async (where: string) => {
  const response = await fetch(emulator.origin + where)
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const post = (where: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(emulator.origin + where, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' })

describe('the Outlook page', () => {
  test('shows two weeks from today in the time of the mailbox', async () => {
    seedWeek(emulator, account, new Date('2027-01-04T00:00:00Z'))
    const { text, headers } = await open(path)
    expect(text.indexOf('Monday 4 January')).toBeGreaterThan(0)
    expect(text).toContain('Sunday 17 January')
    expect(text).not.toContain('Sunday 3 January')
    expect(text).toMatch(/<strong>09:00 to 09:45<\/strong> Team meeting <small>Busy, recurring<\/small>/)
    expect(text.match(/Team meeting <small>/g)).toHaveLength(2)
    expect(text.match(/Training day <small>/g)).toHaveLength(1)
    expect(text).toContain('Ada &lt;Lind&gt;')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'/)
    expect(headers.get('referrer-policy')).toBe('same-origin') // no-referrer would make browsers hide their origin
  })

  test('adds and removes an event', async () => {
    const fields = {
      subject: 'Dentist',
      date: '2027-01-06',
      from: '08:00',
      to: '08:30',
      showAs: 'busy',
      calendar: emulator.calendar(account).id,
    }
    expect((await post(`${path}/add`, fields)).status).toBe(302)
    const added = emulator.events(account).find((event) => event.draft.subject === 'Dentist')
    expect(new Date(added?.start ?? 0).toISOString()).toBe('2027-01-06T07:00:00.000Z')
    const { text } = await open(path)
    expect(text).toContain(`value="${added?.immutableId}"`)
    await post(`${path}/remove`, { id: added?.immutableId ?? '' })
    expect(emulator.events(account)).not.toContain(added)
  })

  test('removes one occurrence of a series', async () => {
    const { text } = await open(path)
    const [, id = ''] = /name="id" value="([^"]*AFR20270111)"/.exec(text) ?? []
    await post(`${path}/remove`, { id })
    expect((await open(path)).text.match(/Team meeting <small>/g)).toHaveLength(1)
  })

  test('says what is missing, and takes forms from itself alone', async () => {
    const wrong = await post(`${path}/add`, {
      subject: 'Back to front',
      date: '2027-01-06',
      from: '09:00',
      to: '08:00',
    })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('ends after it starts')])
    expect((await post(`${path}/add`, {}, { origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await open('/outlook/nobody@practice.example')).status).toBe(404)
    expect((await open('/outlook')).text).toContain(path)
  })
})

test('the seeded week has something of everything', async () => {
  const graph = graphWith(emulator, emulator.issueTokens(account, ['Calendars.Read']).accessToken)
  const { json } = await graph(
    '/me/calendarView?startDateTime=2027-01-04T00:00:00Z&endDateTime=2027-01-09T00:00:00Z&$top=50&$select=showAs,isAllDay,isCancelled,sensitivity,type',
  )
  const values = (name: string) => new Set(json.value.map((event) => Reflect.get(event, name)))
  expect(values('showAs')).toEqual(new Set(['busy', 'free', 'tentative', 'workingElsewhere', 'oof']))
  for (const [name, value] of [
    ['isAllDay', true],
    ['isCancelled', true],
    ['sensitivity', 'private'],
    ['type', 'occurrence'],
  ] as const)
    expect(values(name)).toContain(value)
})

describe('the pages of Entra', () => {
  test('let a form lead back to the application, and nothing else', async () => {
    const policy = (await fetch(attempt(emulator).url)).headers.get('content-security-policy')
    expect(policy).toContain("form-action 'self' http://127.0.0.1:3999;")
    expect(policy).toContain("default-src 'none'")
  })

  test('publish keys and endpoints', async () => {
    const { text } = await open('/organizations/v2.0/.well-known/openid-configuration')
    const { issuer, jwks_uri } = JSON.parse(text)
    expect(issuer).toBe(`${emulator.origin}/{tenantid}/v2.0`)
    expect(JSON.parse((await open(new URL(jwks_uri).pathname)).text).keys).toMatchObject([
      { kty: 'RSA', use: 'sig', alg: 'RS256' },
    ])
    expect((await open('/nowhere/discovery/v2.0/keys')).status).toBe(400)
  })
})
