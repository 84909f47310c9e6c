import { expect, it } from 'vitest'
import { startMicrosoftEmulator } from '../../dev/microsoft-emulator/index.ts'
import { CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, record } from '../microsoft/support.ts'
import { PROMISES } from './calendar-provider.ts'
import { CannotInject } from './calendar-under-test.ts'
import { openLiveMicrosoft } from './live-microsoft.ts'

// What would be run against a real tenant is run here against the emulator, which it takes for one: so that it works on
// the day somebody has the credentials.
it('the live runner proves every promise that needs no fault', async () => {
  const secrets = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
  const emulator = await startMicrosoftEmulator({ ...secrets, redirectUris: [REDIRECT_URI] })
  try {
    const account = emulator.addAccount({ kind: 'work', address: 'live@practice.example' })
    emulator.addCalendar(account, 'Contract suite')
    const scopes = ['openid', 'profile', 'offline_access', 'Calendars.ReadBasic', 'Calendars.ReadWrite']
    const live = {
      LIVE_MICROSOFT_CLIENT_ID: CLIENT_ID,
      LIVE_MICROSOFT_CLIENT_SECRET: CLIENT_SECRET,
      LIVE_MICROSOFT_TENANT: account.tid,
      LIVE_MICROSOFT_REFRESH_TOKEN: emulator.issueTokens(account, scopes).refreshToken,
      LIVE_MICROSOFT_AUTHORITY_URL: emulator.origin,
      LIVE_MICROSOFT_GRAPH_URL: emulator.origin,
    }
    const proved: string[] = []
    for (const { title, prove } of PROMISES) {
      const calendar = await openLiveMicrosoft(live)
      try {
        await prove(calendar)
        proved.push(title)
      } catch (error) {
        if (!(error instanceof CannotInject)) throw new Error(title, { cause: error })
      } finally {
        await calendar.close()
      }
    }
    expect(proved.length).toBeGreaterThanOrEqual(27)
    expect(emulator.events(account)).toEqual([])
  } finally {
    record(emulator)
    await emulator.close()
  }
})
