import { describe, expect, it } from 'vitest'
import { readReply } from '../../src/adapter-package/connect-reply.ts'
import { googleConfig, microsoftConfig } from '../../src/adapter-package/provider-config.ts'
import { createGoogleCalendar } from '../../src/adapters/google-calendar/index.ts'
import { createMicrosoftCalendar } from '../../src/adapters/microsoft-calendar/index.ts'
import { silentLog } from '../../src/ports/log.ts'
import { beginConnecting, finishConnecting } from '../../src/services/connect-flow.ts'
import { StagedTokens } from '../../src/services/staged-tokens.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { emulateGoogle } from './google-emulator.ts'
import { emulateMicrosoft } from './microsoft-emulator.ts'
import { at, CONTEXT } from './support.ts'

const REDIRECT = 'https://host.example/callback'
const ADA = 'ada@practice.example'
const BROWSER = 'what only her browser brings'

async function start(provider: 'Microsoft' | 'Google') {
  const clock = new MovableClock()
  const stored = new MemoryVault(clock)
  const vault = new StagedTokens(stored)
  const settings = { redirectUris: [REDIRECT], now: clock.now }
  const shared = { vault, clock, log: silentLog, sleep: clock.sleep, random: () => 0.5, userAgent: 'host/1.0' }
  const [emulator, binding] =
    provider === 'Google'
      ? await emulateGoogle(settings).then(
          (it) => [it, createGoogleCalendar({ ...shared, config: it.config })] as const,
        )
      : await emulateMicrosoft(settings).then(
          (it) => [it, createMicrosoftCalendar({ ...shared, config: it.config })] as const,
        )
  emulator.addAccount(ADA)
  const begin = { browser: BROWSER, redirectUri: REDIRECT, access: 'bookings', now: clock.now() } as const
  const { url, attempt } = await beginConnecting(binding, begin)
  const finish = async (decision: 'accept' | 'decline') =>
    finishConnecting(binding, {
      attempt,
      reply: readReply(new URL(await emulator.signIn(url.href, ADA, decision)).searchParams),
      browser: BROWSER,
      staged: vault,
      tenantId: CONTEXT.tenantId,
      connectionId: CONTEXT.id,
      now: clock.now(),
    })
  return { clock, stored, emulator, binding, finish }
}

describe.each(['Microsoft', 'Google'] as const)('the emulator of %s, as hosts test with it', (provider) => {
  it('connects an account, and fails, recovers and ends as it is told', async () => {
    const { clock, stored, emulator, binding, finish } = await start(provider)
    const done = await finish('accept')
    if (!('grant' in done)) throw new Error(done.outcome)
    const { grant, calendars } = done
    stored.put({ tenantId: CONTEXT.tenantId, connectionId: CONTEXT.id }, grant)
    const calendarIds = calendars.map(({ id }) => id)
    const calendar = binding.calendarFor({ ...CONTEXT, accountKey: grant.accountKey, calendarIds })
    const busy = async () => (await calendar.getFreeBusy({ start: at('06:00'), end: at('18:00') })).busy
    const hers = emulator.addEvent(ADA, { start: at('08:00'), end: at('09:00') })
    expect(await busy()).toEqual([{ start: at('08:00'), end: at('09:00') }])

    const span = { start: at('10:00'), end: at('10:50') }
    const draft = { idempotencyKey: 'cmwy1htqh000akw7da7ziywfn', timeZone: 'Europe/Berlin', title: 'Appointment' }
    const { id } = await calendar.createEvent({ ...draft, ...span })
    expect(emulator.events(ADA)).toContainEqual({ id, ...span, title: 'Appointment', isPrivate: true, guests: [] })
    emulator.removeEvent(ADA, hers)
    expect(await busy()).toEqual([span])

    emulator.fail()
    await expect(busy()).rejects.toMatchObject({ reason: 'unavailable' })
    emulator.recover()
    emulator.endAccessTokens()
    clock.advance(3_600_000)
    expect(await busy()).toEqual([span])
    emulator.throttle(3600)
    await expect(busy()).rejects.toMatchObject({ reason: 'throttled' })
    emulator.recover()
    clock.advance(2 * 3_600_000)
    emulator.revoke(ADA)
    await expect(busy()).rejects.toMatchObject({ reason: 'reconnect' })
    await emulator.close()
  })

  it('lets her decline', async () => {
    const { emulator, finish } = await start(provider)
    expect((await finish('decline')).outcome).toBe('declined_or_admin')
    await emulator.close()
  })
})

it('addresses of providers are those of the real ones, where a host says nothing else', () => {
  const client = { clientId: 'id', clientSecret: 'secret' }
  expect(microsoftConfig(client)).toMatchObject({ ...client, authorityUrl: 'https://login.microsoftonline.com' })
  expect(googleConfig({ ...client, apiUrl: 'http://127.0.0.1:1' })).toEqual({
    ...client,
    authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    apiUrl: 'http://127.0.0.1:1',
  })
})
