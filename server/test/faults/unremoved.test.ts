import { afterEach, describe, expect, it } from 'vitest'
import { recurrenceOf } from '../contract/outlook-series.ts'
import { startApp } from '../security/support.ts'
import { makeDue } from '../support/evidence.ts'
import { until } from '../support/until.ts'
import { IRIS, type Provider, writtenSession } from '../support/written-session.ts'

const LONG_MS = 16 * 60_000
const ALWAYS = Number.POSITIVE_INFINITY
const HEADING = 'Cancelled, and perhaps still in your calendar'

const { world, app } = await startApp()
let ahead = 0
afterEach(() => {
  world.google.recover()
  advance(-ahead)
})

const advance = (milliseconds: number): void => {
  world.clock.advance(milliseconds)
  ahead += milliseconds
}

const LABEL = { microsoft: 'Outlook', google: 'Google Calendar' }

const session = (provider: Provider) => writtenSession(world, app, provider)

function refuse(provider: Provider, status: number, code: string): void {
  if (provider === 'microsoft')
    world.microsoft.faults.failNext('DELETE /**/events/*', { status, code }, { times: ALWAYS })
  else {
    const body = { error: { code: status, message: 'Emulated', errors: [{ reason: code, message: 'Emulated' }] } }
    void world.google.failNext('DELETE /calendar/v3/calendars/*/events/*', { status, body, times: ALWAYS })
  }
}

describe('F-19 INV-3 a cancelled session whose event could not be removed is shown to the therapist', () => {
  it.each([
    ['microsoft', 403, 'ErrorAccessDenied', 'Microsoft does not allow this for your account.'],
    ['microsoft', 403, 'AccessRestricted', 'Microsoft does not allow this for your account.'],
    ['google', 403, 'forbiddenForNonOrganizer', 'This account may not write to its calendar.'],
    ['google', 403, 'notACalendarUser', 'This Google account has no such calendar'],
  ] as const)('%s: %i %s', async (provider, status, code, why) => {
    const { cancel, row, stands, page } = await session(provider)
    expect(await page()).not.toContain(HEADING)
    refuse(provider, status, code)
    await cancel()
    await until(async () => (await row())?.event_failure !== null)
    expect(stands()).toBe(true)
    expect(await row()).toMatchObject({ event_status: 'REMOVING' })
    const words = await page()
    expect(words).toContain(HEADING)
    expect(words).toMatch(new RegExp(`Mo Okafor , \\w+ \\d+ \\w+, .+: could not be removed from ${LABEL[provider]}\\.`))
    expect(words).toContain(why)
    expect(words).toContain('We keep trying; you can also remove it there yourself.')
    world.microsoft.faults.clear()
    world.google.recover()
    await until(async () => {
      await makeDue(world.database)
      return (await row())?.event_status === 'REMOVED'
    })
    expect(stands()).toBe(false)
    expect(await page()).not.toContain(HEADING)
  })

  it.each([
    ['microsoft', 400, 'ErrorInvalidRequest', 'could not be removed from Outlook. This is our fault, not yours.'],
    ['google', 400, 'invalid', 'could not be removed from Google Calendar. This is our fault, not yours.'],
    ['microsoft', 404, 'MailboxNotEnabledForRESTAPI', 'could not be removed from Outlook. We found no Outlook mailbox'],
    ['microsoft', 404, 'ErrorInvalidUser', 'could not be removed from Outlook. We found no Outlook mailbox'],
  ] as const)('%s: %i %s', async (provider, status, code, words) => {
    const { cancel, row, page } = await session(provider)
    refuse(provider, status, code)
    await cancel()
    await until(async () => (await row())?.event_failure !== null)
    const said = await page()
    expect(said).toContain(words)
    expect(said).toContain('We keep trying; you can also remove it there yourself.')
    expect(said).not.toContain('We try again')
    expect(await row()).toMatchObject({ event_status: 'REMOVING' })
  })

  it.each(['microsoft', 'google'] as const)(
    '%s: until she has removed it herself, though it is refused',
    async (provider) => {
      const { account, eventId, cancel, row, page } = await session(provider)
      refuse(provider, 403, provider === 'google' ? 'forbiddenForNonOrganizer' : 'ErrorAccessDenied')
      await cancel()
      await until(async () => (await row())?.event_failure === 'forbidden')
      expect(await page()).toContain(HEADING)
      if (provider === 'google') world.google.removeEvent(IRIS, eventId)
      else world.microsoft.removeEvent(account, eventId)
      // The job that was refused may not have put itself off yet.
      await until(async () => {
        await makeDue(world.database)
        return (await row())?.event_status === 'REMOVED'
      })
      expect(await page()).not.toContain(HEADING)
    },
  )

  it.each(['microsoft', 'google'] as const)('%s: 500, when it takes long', async (provider) => {
    const { cancel, row, page } = await session(provider)
    refuse(provider, 500, 'backendError')
    await cancel()
    await until(async () => (await row())?.event_failure === 'unavailable')
    expect(await page()).not.toContain(HEADING)
    advance(LONG_MS)
    expect(await page()).toContain(`not removed from ${LABEL[provider]} yet. We keep trying.`)
  })

  it.each(['microsoft', 'google'] as const)('%s: disconnected before she cancelled', async (provider) => {
    const { therapist, connect, cancel, row, status: becomes, stands, page } = await session(provider)
    await therapist.press('disconnect')
    await cancel()
    await until(async () => (await row())?.event_failure === 'reconnect')
    expect(stands()).toBe(true)
    expect(await page()).toContain(
      `could not be removed from ${LABEL[provider]}. The connection it was written through has ended. We remove it once that account is connected again. Remove it there yourself.`,
    )
    expect(await connect()).toMatch(/connected/)
    await becomes('REMOVED')
    expect(stands()).toBe(false)
  })
})

describe('T-34 an event that she made a series of stays when the session is cancelled, and the page says so', () => {
  const said = (provider: Provider) =>
    `its entry in ${LABEL[provider]} has become part of a series, which we leave alone. Remove it there yourself.`

  it.each([
    ['microsoft', undefined],
    ['microsoft', 6],
    ['google', undefined],
    ['google', 6],
  ] as const)('%s, %s times', async (provider, times) => {
    const { account, eventId, begins, cancel, status: becomes, stands, page } = await session(provider)
    if (provider === 'google') {
      const recurrence = [`RRULE:FREQ=WEEKLY${times === undefined ? '' : `;COUNT=${times}`}`]
      world.google.editEvent(IRIS, eventId, { recurrence })
    } else
      world.microsoft.makeSeries(
        account,
        eventId,
        recurrenceOf({ every: 'week', ...(times && { times }) }, begins.slice(0, 10)),
      )
    await cancel()
    await becomes('FAILED')
    expect(stands()).toBe(true)
    expect(await page()).toContain(said(provider))
  })
})

describe('F-47 a removal that still waits is shown when it takes long', () => {
  it('a removal that waits for a provider that does not answer is shown when it takes long', async () => {
    const { cancel, page, row } = await session('microsoft')
    refuse('microsoft', 503, 'ServiceUnavailable')
    await cancel()
    expect(await page()).not.toContain(HEADING)
    advance(LONG_MS)
    expect(await page()).toContain('not removed from Outlook yet. We keep trying.')
    expect(await row()).toMatchObject({ event_status: 'REMOVING' })
  })

  it.each(['microsoft', 'google'] as const)('%s: for people, when only they can help', async (provider) => {
    const { account, cancel, page, row } = await session(provider)
    if (provider === 'google') refuse(provider, 403, 'domainPolicy')
    else {
      world.microsoft.revoke(account)
      world.microsoft.expireAccessTokens(account)
    }
    await cancel()
    advance(LONG_MS)
    const words = `not removed from ${LABEL[provider]} yet. We remove it once your calendar is connected again.`
    await until(async () => (await page()).includes(words))
    expect(await row()).toMatchObject({ event_status: 'REMOVING' })
  })
})
