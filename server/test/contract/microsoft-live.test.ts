import { describe, it } from 'vitest'
import { describeCalendarProvider } from './calendar-provider.ts'
import { liveMicrosoft, openLiveMicrosoft } from './live-microsoft.ts'

const live = liveMicrosoft()

if (live !== undefined) describeCalendarProvider('microsoft (live)', () => openLiveMicrosoft(live))
else
  describe('calendar provider: microsoft (live)', () => {
    it.skip('runs where LIVE_MICROSOFT_CLIENT_ID, _CLIENT_SECRET, _TENANT and _REFRESH_TOKEN are set', () => {})
  })
