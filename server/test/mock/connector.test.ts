import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMockCalendar } from '../../src/adapters/mock-calendar/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { at, busyOf } from '../contract/calendar-under-test.ts'

const VERIFIER = 'v'.repeat(43)
const features = {
  ...{ slug: 'somewhere', label: 'Somewhere', company: 'Somebody', signInLabel: 'Sign in', issuerOrigins: [] },
  ...{ onlineMeeting: undefined, busyChoices: [], accessRemovalUrls: [], sentences: {} },
}
const attempt = { redirectUri: 'http://127.0.0.1:3000/callback', access: 'bookings', nonce: 'nonce' } as const
const request = {
  ...attempt,
  state: 'state',
  codeChallenge: createHash('sha256').update(VERIFIER).digest('base64url'),
}

async function visit(mock = createMockCalendar({ features, clock: systemClock })) {
  const { url } = await mock.connector.authorize(request)
  return { mock, url, code: url.searchParams.get('code') ?? '' }
}

describe('connecting the calendar in memory', () => {
  it('sends the browser straight back with a code and the state', async () => {
    const { mock, url, code } = await visit()
    expect([url.origin + url.pathname, url.searchParams.get('state')]).toEqual([request.redirectUri, 'state'])
    const grant = await mock.connector.redeem({ ...attempt, code, codeVerifier: VERIFIER })
    expect(grant).toMatchObject({ accountKey: 'mock-account', access: 'bookings' })
    expect(mock.features).toBe(features)
  })

  it('OA-09 redeems no code of another attempt, and none of its own making', async () => {
    const { mock, code } = await visit()
    const other = mock.connector.redeem({ ...attempt, code, codeVerifier: 'other' })
    await expect(other).rejects.toMatchObject({ reason: 'reconnect', code: 'invalid_grant' })
    const made = mock.connector.redeem({ ...attempt, code: 'made-up', codeVerifier: VERIFIER })
    await expect(made).rejects.toBeInstanceOf(CalendarError)
  })

  it('lets the therapist decline', async () => {
    const mock = createMockCalendar({ features, clock: systemClock })
    mock.controls.signInAs(undefined)
    const { url } = await visit(mock)
    expect(url.searchParams.get('error')).toBe('access_denied')
    expect(mock.consentOutcome('access_denied', undefined, undefined)).toBe('declined_or_admin')
  })

  it('INV-5 keeps tenants apart', async () => {
    const mock = createMockCalendar({ features, clock: systemClock })
    const of = (tenantId: string): ConnectionContext => ({
      ...{ id: 'c', tenantId, accountKey: 'mock-account', access: 'bookings', timeZone: 'Europe/Berlin' },
      ...{ calendarIds: ['main'], policy: { tentativeBlocks: true, workingElsewhereBlocks: false } },
    })
    mock.controls.addExternalEvent('one', { start: at('08:00'), end: at('09:00') })
    expect(await busyOf(mock.calendarFor(of('one')))).toHaveLength(1)
    expect(await busyOf(mock.calendarFor(of('two')))).toHaveLength(0)
    expect(await mock.connector.listCalendars(of('two'))).toHaveLength(2)
  })
})
