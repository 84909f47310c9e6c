import { describe, expect, it } from 'vitest'
import { explainDays } from '../../src/domain/slot-reasons.ts'
import { slotRules } from '../../src/domain/slots.ts'
import {
  connection,
  explanationOf,
  inPerson,
  NOW,
  outlook,
  overviewOf,
  owner,
  service,
  slot,
  tenant,
  unexplainedOf,
} from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'

const PAGE = '/settings/what-clients-see'
const CHECK = `${PAGE}/check`
const since = new Date('2026-11-30T07:30:00Z')

/** The services' ids and first days that were explained. */
const explained = (web: Awaited<ReturnType<typeof startWebApp>>) => web.asked('explain').map(({ args }) => args)

describe('what clients see, and why', () => {
  it('is for those who are signed in, and shows this week of the first service', async () => {
    const web = await startWebApp((fakes) => {
      fakes.services = [service, inPerson]
    })
    await web.browser().get(PAGE).expect(401)
    const { browser } = await member(web)
    const { text } = await browser.get(PAGE).expect(200)
    expect(explained(web)).toEqual([[service.id, '2026-11-30', '2026-12-06', false]])
    expect(text).toContain('<option value="0198a0a0-0000-7000-8000-0000000000a1" selected>')
    expect((await browser.get('/settings/calendar')).text).toContain(`href="${PAGE}"`)
    await browser.post(PAGE).expect(405)
  })

  it.each([
    ['another service and week', `service=${inPerson.id.toUpperCase()}&week=2026-12-10`, [inPerson.id, '2026-12-07']],
    ['nobody’s service', `service=0198a0a0-0000-7000-8000-0000000000ff&week=2026-12-10`, [service.id, '2026-12-07']],
    ['garbage', `service=%00&week=yesterday&outcome=x`, [service.id, '2026-11-30']],
    ['lists', `service=a&service=b&week=2026-12-10&week=2026-12-17`, [service.id, '2026-11-30']],
    ['a day that does not exist', `week=2026-02-30`, [service.id, '2026-11-30']],
    ['a week long ago', `week=2000-01-01`, [service.id, '1999-12-27']],
    ['a week far away', `week=2199-12-31`, [service.id, '2199-12-30']],
  ])('shows what is asked for, and what makes no sense counts as not asked: %s', async (_, query, expected) => {
    const web = await startWebApp((fakes) => {
      fakes.services = [service, inPerson]
    })
    const { browser } = await member(web)
    await browser.get(`${PAGE}?${query}`).expect(200)
    expect(explained(web).map((args) => args.slice(0, 2))).toEqual([expected])
  })

  it('begins with the next week, where no working day of this one is left', async () => {
    const web = await startWebApp((fakes) => {
      fakes.now = new Date('2026-12-02T08:00:00Z')
    })
    const { browser } = await member(web)
    await browser.get(PAGE).expect(200)
    // Tuesday is the one day with hours.
    expect(explained(web).map((args) => args[1])).toEqual(['2026-12-07'])
  })

  it.each([
    ['2026-11-30', 'times in London (GMT+0)'],
    // London sets its clock forward on 28 March 2027.
    ['2027-03-22', 'times in London<'],
    ['2027-03-29', 'times in London (GMT+1)'],
  ])('says no offset that does not hold for the whole week: %s', async (week, words) => {
    const web = await startWebApp()
    const { browser } = await member(web)
    web.fakes.offer = () => ({ known: true, slots: [], checkedAt: NOW })
    expect((await browser.get(`${PAGE}?week=${week}`)).text).toContain(words)
  })

  it('says no offset that does not hold for the first free time, either', async () => {
    const web = await startWebApp((fakes) => {
      fakes.now = new Date('2027-03-10T08:00:00Z')
      fakes.offer = () => ({ known: true, slots: [slot('2027-03-29T10:00:00Z')], checkedAt: NOW })
    })
    const { browser } = await member(web)
    const { text } = await browser.get(`${PAGE}?week=2027-03-15`).expect(200)
    expect(text).toContain('First free time: Monday 29 March, 11am')
    expect(text).toContain('times in London<')
  })

  it('names the first free time of all, and asks for none where the week of today has it', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const free = { is: 'free' as const, starts: [new Date('2026-12-01T10:00:00Z')] }
    const stretches = [{ ...free, start: new Date('2026-12-01T09:00:00Z'), end: new Date('2026-12-01T11:00:00Z') }]
    web.fakes.explanation = (day) => explanationOf([{ day, stretches }])
    expect((await browser.get(PAGE)).text).toContain('First free time: Tuesday 1 December, 10am')
    expect(web.asked('offer')).toEqual([])
    web.fakes.offer = () => ({ known: true, slots: [], checkedAt: NOW })
    expect((await browser.get(`${PAGE}?week=2026-12-07`)).text).toContain(
      'Nothing is free up to Sunday 28 February 2027',
    )
  })

  it('INV-7 shows no hour and asks for no first one while the calendar cannot be read', async () => {
    const web = await startWebApp((fakes) => {
      fakes.explanation = () => unexplainedOf('reconnect')
      fakes.overview = overviewOf({ health: { state: 'reconnect', since, lastReadAt: since } })
    })
    const { browser } = await member(web)
    const { text } = await browser.get(PAGE).expect(200)
    expect(text).toContain('Outlook cannot be read')
    const [calendar] = connection.calendars
    web.fakes.explanation = () =>
      unexplainedOf('unavailable', { unread: { calendars: calendar ? [calendar] : [], connections: [] } })
    expect((await browser.get(PAGE)).text).toContain('Not readable: “\u2068Calendar\u2069”')
    expect(text).not.toMatch(/Free:|First free|Nothing is free/)
    expect(web.asked('offer')).toEqual([])
  })

  it('says that nothing is offered where there is no service, and reads nothing', async () => {
    const web = await startWebApp((fakes) => {
      fakes.services = []
      fakes.overview = overviewOf({ offering: 'no_service' })
    })
    const { browser } = await member(web)
    expect((await browser.get(PAGE).expect(200)).text).toContain('No session can be booked')
    expect(web.asked('explain')).toEqual([])
    for (const page of ['/settings/calendar', '/appointments'])
      expect((await browser.get(page)).text).toContain('Clients cannot book')
    web.fakes.bookings = []
    expect((await browser.get('/appointments')).text).not.toContain('Share your booking page')
  })

  it('shows no week to the therapist of a closed practice', async () => {
    const web = await startWebApp((fakes) => {
      fakes.tenants = [{ ...tenant, closed: true }]
      fakes.overview = overviewOf({ offering: 'closed' })
    })
    const { browser } = await member(web)
    const { text } = await browser.get(PAGE).expect(200)
    expect(text).toContain('your practice no longer takes bookings online')
    expect(text).not.toMatch(/First free|Free:/)
    expect(web.asked('explain')).toEqual([])
  })

  it('PG-38 says of an hour in which calendar it is busy, by the name of that calendar', async () => {
    const busy = [
      { start: new Date('2026-12-01T09:00:00Z'), end: new Date('2026-12-01T12:00:00Z'), kind: 'busy' as const },
    ]
    const occupied = { blocked: [], sessions: [], busy, calendars: [{ calendarId: 'external-d2', busy }] }
    const rules = slotRules(tenant, service, [{ weekday: 2, startMinute: 540, endMinute: 1020 }])
    const days = explainDays(rules, '2026-11-30', '2026-12-06', NOW, occupied)
    const web = await startWebApp((fakes) => {
      fakes.explanation = () => explanationOf(days)
    })
    const { browser } = await member(web)
    const { text } = await browser.get(PAGE).expect(200)
    expect(text.replaceAll(/[\u2068\u2069]/g, '')).toContain('<b>9am–midday</b> <span>Busy in “Family”</span>')
    expect(text).toContain('<b>midday–5pm</b> <span>Free: 9 starts</span>')
  })
})

describe('"Check now" of that page', () => {
  it('lists the calendars, and the page reads them afresh, once', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    const form = { _csrf: csrf, service: service.id, week: '2026-12-07' }
    const { headers } = await browser.post(CHECK).type('form').send(form).expect(303)
    const address = `${PAGE}?service=${service.id}&week=2026-12-07&outcome=checked`
    expect(headers.location).toBe(address)
    expect([web.asked('listCalendars').length, web.asked('checkCalendars').length]).toEqual([1, 0])
    expect((await browser.get(address)).text).toContain('Outlook was read just now')
    expect((await browser.get(address)).text).not.toContain('Outlook was read just now')
    expect(explained(web).map((args) => args[3])).toEqual([true, false])
  })

  it('looks itself where a read waits for people', async () => {
    const health = { state: 'reconnect', since, lastReadAt: since } as const
    const web = await startWebApp((fakes) => {
      fakes.overview = overviewOf({ health, features: outlook })
    })
    const { browser, csrf } = await member(web)
    await browser.post(CHECK).type('form').send({ _csrf: csrf, week: 'x' }).expect(303)
    expect([web.asked('listCalendars').length, web.asked('checkCalendars').length]).toEqual([0, 1])
  })

  it('is refused without a token and to a member who is no owner, and limited by user', async () => {
    const web = await startWebApp()
    const { browser, csrf } = await member(web)
    await browser.post(CHECK).type('form').send({}).expect(403)
    web.fakes.users = [{ ...owner, owner: false }]
    await browser.post(CHECK).type('form').send({ _csrf: csrf }).expect(403)
    expect((await browser.get(PAGE)).text).not.toContain(CHECK)
    web.fakes.users = [owner]
    web.fakes.over.add('check')
    await browser.post(CHECK).type('form').send({ _csrf: csrf }).expect(429)
    await browser.get(CHECK).expect(405)
    expect(web.asked('listCalendars')).toEqual([])
  })
})
