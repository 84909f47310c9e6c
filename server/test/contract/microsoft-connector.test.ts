import { startMicrosoftEmulator } from '../../dev/microsoft-emulator/index.ts'
import { bindingOf, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, record } from '../microsoft/support.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { describeCalendarConnector } from './calendar-connector.ts'
import type { ConnectorUnderTest } from './connector-under-test.ts'

const IDENTITY = ['openid', 'profile', 'email', 'offline_access']
const TOKENS = /\/oauth2\/v2\.0\/token/

interface MsalCache {
  readonly RefreshToken: Readonly<Record<string, { readonly secret: string }>>
}

async function open(): Promise<ConnectorUnderTest> {
  const clock = new MovableClock()
  const log = new LogRecorder()
  const vault = new MemoryVault(clock)
  const secrets = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
  const emulator = await startMicrosoftEmulator({
    ...secrets,
    redirectUris: [REDIRECT_URI],
    now: clock.now,
    accessTokenSeconds: 3600,
  })
  const account = emulator.addAccount({ kind: 'work', address: 'iris@practice.example' })
  const other = emulator.addAccount({ kind: 'work', address: 'mallory@practice.example' })
  return {
    binding: bindingOf({ emulator, clock, log, vault }),
    redirectUri: REDIRECT_URI,
    account: { key: `${account.tid}.${account.oid}`, address: account.address },
    scopes: {
      availability: [...IDENTITY, 'Calendars.ReadBasic'],
      bookings: [...IDENTITY, 'Calendars.ReadBasic', 'Calendars.ReadWrite'],
    },
    async signIn(url, flaw) {
      if (flaw === 'fewer_scopes') emulator.spoilNextTokens({ scopes: [...IDENTITY, 'Calendars.ReadBasic'] })
      if (flaw === 'no_refresh_token') emulator.spoilNextTokens({ refreshToken: 'missing' })
      return new URL(await emulator.signIn(url.href, account))
    },
    fillPages() {
      for (let n = 0; n < 230; n++) emulator.addCalendar(account, `No. ${n}`)
      return account.calendars.length
    },
    withoutMailbox() {
      account.mailboxState = 'none'
    },
    tokens: {
      vault,
      lines: log.entries,
      requests: () =>
        emulator.journal
          .of('token')
          .filter(({ requestBody }) => Reflect.get(requestBody ?? {}, 'grant_type') === 'refresh_token').length,
      refreshTokenIn: (tokenCache) =>
        Object.values((JSON.parse(tokenCache) as MsalCache).RefreshToken)[0]?.secret ?? '',
      next: async ({ scopes, account: answered }) =>
        emulator.spoilNextTokens({
          ...(scopes === 'fewer' ? { scopes: ['openid', 'profile'] } : {}),
          ...(answered === 'another' ? { account: other } : {}),
        }),
      refuse: () => emulator.revoke(account),
      throttle: (seconds) => void emulator.faults.failNext(TOKENS, { status: 429, retryAfter: String(seconds) }),
      pass: (milliseconds) => clock.advance(milliseconds),
    },
    revokes: false,
    approve: async (url) => new URL(await emulator.decideAsAdmin(url.href, account, 'approve')),
    async close() {
      record(emulator)
      await emulator.close()
    },
  }
}

describeCalendarConnector('microsoft (emulator)', open)
