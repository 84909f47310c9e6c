import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser, type Page } from '../../dev/browser.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { bookingsOf } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

const CLIENT = { name: 'A client', email: 'form@client.example' }

let world: MockWorld
let practice: Practice
let client: Browser
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
})
afterAll(() => world.close())
beforeEach(async () => {
  practice = await world.practice()
  client = new Browser(world.first.origin)
})
afterEach(() => world.calendar.recover())

const details = () =>
  client.get(
    `/book/${practice.slug}?${new URLSearchParams({ service: practice.serviceId, day: '2030-03-05', start: TUESDAY_9 })}`,
  )
const submit = (page: Page) => client.submit(page, `/book/${practice.slug}`, CLIENT)
const rows = () => bookingsOf(world.database, practice)

describe('the form of the booking page', () => {
  it('F-81 sent twice at once, and once more with the back button, makes one booking and leads to one page', async () => {
    const form = await details()
    const answers = await Promise.all([submit(form), submit(form)])
    answers.push(await submit(form))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1)
    expect(await rows()).toHaveLength(1)
    expect((await client.get(answers[0]?.location ?? '')).status).toBe(200)
  })

  it('F-81 in two tabs books once: the second is told, and offered other times', async () => {
    const tabs = [await details(), await details()]
    const answers = await Promise.all(tabs.map(submit))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.text).toContain(`value="${hoursAfter(TUESDAY_9, 1).toISOString()}"`)
    expect(refused?.text).not.toContain(`name="start" value="${TUESDAY_9}"`)
    expect(await rows()).toHaveLength(1)
  })

  it('F-82 says that the hour is gone when the therapist took it meanwhile, and does not offer it again', async () => {
    await client.get(`/book/${practice.slug}?service=${practice.serviceId}&day=2030-03-05`)
    const form = await details()
    world.calendar.addExternalEvent(practice.tenantId, { start: new Date(TUESDAY_9), end: hoursAfter(TUESDAY_9, 1) })
    const answer = await submit(form)
    expect(answer.status).toBe(409)
    expect(answer.text).toContain(`name="start" value="${hoursAfter(TUESDAY_9, 1).toISOString()}"`)
    expect(answer.text).not.toContain(`name="start" value="${TUESDAY_9}"`)
    expect(await rows()).toEqual([])
  })

  it('INV-7 promises nothing while the calendar cannot be read, keeps what was typed, and works a minute later', async () => {
    const form = await details()
    world.calendar.failNext('getFreeBusy', new CalendarError('unavailable', 'away'))
    const answer = await submit(form)
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('Nothing has been booked')
    expect(answer.text).toContain(CLIENT.email)
    expect(await rows()).toEqual([])
    expect((await submit(answer)).status).toBe(303)
    expect(await rows()).toHaveLength(1)
  })
})
