import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { startApp } from '../security/support.ts'
import { bookingsOf, makeDue } from '../support/evidence.ts'
import { until } from '../support/until.ts'

const DAY = 86_400_000
const ALWAYS = Number.POSITIVE_INFINITY
const HEADING = 'Not yet in your calendar'

const { world, app } = await startApp()
afterEach(() => {
  world.google.recover()
})

type Provider = 'microsoft' | 'google'

/** A therapist with a connected account, whose provider refuses to write what is booked from now on. */
async function refusedSession(provider: Provider, status: number, code: string) {
  const practice = await world.practice()
  const account = world.microsoft.addAccount({ kind: 'work', address: `${randomUUID()}@praxis.example` })
  const therapist = await app.signIn(practice)
  const connect = () =>
    provider === 'microsoft'
      ? therapist.connectMicrosoft(world.microsoft, account)
      : therapist.connectGoogle(world.google)
  expect(await connect()).toMatch(/connected/)
  if (provider === 'microsoft') world.microsoft.faults.failNext('POST /**/events', { status, code }, { times: ALWAYS })
  else {
    const body = { error: { code: status, message: 'Emulated', errors: [{ reason: code, message: 'Emulated' }] } }
    void world.google.failNext('POST /calendar/v3/calendars/*/events', { status, body, times: ALWAYS })
  }
  const path = `/api/v1/tenants/${practice.slug}`
  const day = (after: number) => new Date(world.clock.now().getTime() + after * DAY).toISOString().slice(0, 10)
  const offer = await app.browser().json(`${path}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`)
  const { slots } = offer.body as { slots: { start: string }[] }
  const book = async (index: number): Promise<string> => {
    const wish = {
      service: practice.serviceId,
      start: slots[index]?.start,
      client: { name: 'Mo', email: 'mo@client.example' },
    }
    const answer = await app.browser().json(`${path}/bookings`, wish, { 'idempotency-key': randomUUID() })
    expect(answer.status).toBe(201)
    return String((answer.body as { id: string }).id)
  }
  const id = await book(0)
  const rows = () => bookingsOf(world.database, practice)
  await until(async () => (await rows())[0]?.event_failure !== null)
  return {
    id,
    practice,
    therapist,
    connect,
    book,
    rows,
    written: (count: number) =>
      until(async () => (await rows()).filter(({ event_status }) => event_status === 'WRITTEN').length === count),
    page: async () => (await therapist.browser.get('/appointments')).text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '),
  }
}

const REFUSALS = [
  ['microsoft', 403, 'ErrorAccessDenied', 'forbidden', 'Microsoft does not allow this for your account.'],
  ['microsoft', 403, 'AccessRestricted', 'forbidden', 'Microsoft does not allow this for your account.'],
  ['microsoft', 403, 'ErrorAccountSuspend', 'forbidden', 'Microsoft does not allow this for your account.'],
  ['microsoft', 404, 'MailboxNotEnabledForRESTAPI', 'not_found', 'We found no Outlook mailbox for this account'],
  ['microsoft', 404, 'ErrorNonExistentMailbox', 'not_found', 'We found no Outlook mailbox for this account'],
  ['microsoft', 400, 'ErrorInvalidRequest', 'misconfigured', 'This is our fault, not yours.'],
  ['google', 403, 'forbidden', 'forbidden', 'This account may not write to its calendar.'],
  ['google', 403, 'requiredAccessLevel', 'forbidden', 'This account may not write to its calendar.'],
  ['google', 403, 'notACalendarUser', 'not_found', 'This Google account has no such calendar'],
  ['google', 400, 'invalid', 'misconfigured', 'This is our fault, not yours.'],
] as const

describe('F-19 INV-12 a session whose event was refused', () => {
  it.each(REFUSALS)(
    '%s: %i %s is shown, and written when she connects again',
    async (provider, status, code, reason, why) => {
      const { rows, connect, page, written } = await refusedSession(provider, status, code)
      expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING', event_failure: reason }])
      const words = await page()
      expect(words).toContain(HEADING)
      expect(words).toContain(
        `could not be written to ${provider === 'google' ? 'Google Calendar' : 'Outlook'}. ${why}`,
      )
      expect(words).toContain('We keep trying.')
      world.microsoft.faults.clear()
      world.google.recover()
      expect(await connect()).toMatch(/reconnected/)
      await written(1)
      expect(await page()).not.toContain(HEADING)
    },
  )

  it.each([
    ['microsoft', 'ErrorAccessDenied'],
    ['google', 'forbidden'],
  ] as const)(
    '%s: is written by and by when the provider writes again, without anybody’s help',
    async (provider, code) => {
      const { rows } = await refusedSession(provider, 403, code)
      world.microsoft.faults.clear()
      world.google.recover()
      // The job that was refused may not have put itself off yet.
      await until(async () => {
        await makeDue(world.database)
        return (await rows())[0]?.event_status === 'WRITTEN'
      })
    },
  )

  it.each([
    ['microsoft', 'ErrorAccessDenied'],
    ['google', 'forbidden'],
  ] as const)('%s: is written as soon as the next one was', async (provider, code) => {
    const { book, written } = await refusedSession(provider, 403, code)
    world.microsoft.faults.clear()
    world.google.recover()
    await book(3)
    await written(2)
  })

  it('F-47 google: domainPolicy waits for the administrator, like any approval', async () => {
    const { rows, connect, page, written } = await refusedSession('google', 403, 'domainPolicy')
    expect(await rows()).toMatchObject([{ event_status: 'PENDING', event_failure: 'admin_consent' }])
    expect(await page()).toContain('not yet in Google Calendar. We write it once your calendar is connected again.')
    world.google.recover()
    expect(await connect()).toMatch(/reconnected/)
    await written(1)
  })
})
