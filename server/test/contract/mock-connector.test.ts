import { createMockCalendar } from '../../src/adapters/mock-calendar/index.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { describeCalendarConnector } from './calendar-connector.ts'
import type { ConnectorUnderTest } from './connector-under-test.ts'

const features = {
  ...{ slug: 'somewhere', label: 'Somewhere', company: 'Somebody', signInLabel: 'Sign in', issuerOrigins: [] },
  ...{ onlineMeeting: undefined, busyChoices: [], accessRemovalUrls: [], sentences: {} },
}

async function open(): Promise<ConnectorUnderTest> {
  const binding = createMockCalendar({ features, clock: systemClock })
  const account = { key: 'account-1', address: 'iris@practice.example' }
  binding.controls.signInAs(account)
  return {
    binding,
    redirectUri: 'http://127.0.0.1:3000/settings/calendar/callback/somewhere',
    account,
    scopes: undefined,
    async signIn(url, flaw) {
      if (flaw !== 'fewer_scopes') return url
      const code = JSON.parse(Buffer.from(url.searchParams.get('code') ?? '', 'base64url').toString())
      const fewer = new URL(url)
      const text = JSON.stringify({ ...code, access: 'availability' })
      fewer.searchParams.set('code', Buffer.from(text).toString('base64url'))
      return fewer
    },
    fillPages({ tenantId, accountKey }) {
      const { listings } = binding.controls.calendars(tenantId, accountKey)
      for (let n = 0; n < 300; n++) listings.push({ id: `more-${n}`, name: `No. ${n}`, isDefault: false })
      return listings.length
    },
    withoutMailbox: () => binding.controls.failAlways('listCalendars', new CalendarError('not_found', 'asked for')),
    tokens: undefined,
    revokes: false,
    close: async () => undefined,
  }
}

describeCalendarConnector('mock', open)
