import { type Account, type Fault, startMicrosoftEmulator } from '../../dev/microsoft-emulator/index.ts'
import type { EmulatorSettings, MicrosoftCalendarEmulator } from './emulator.ts'

const CLIENT = { clientId: '11111111-aaaa-4bbb-8ccc-222222222222', clientSecret: 'emulated-client-secret' }
const GRAPH = / \/v1\.0\//
const always = { times: Number.POSITIVE_INFINITY }

/** Entra and Graph, as far as connecting and calendars go. */
export async function emulateMicrosoft({
  redirectUris,
  now,
  port,
}: EmulatorSettings): Promise<MicrosoftCalendarEmulator> {
  const emulator = await startMicrosoftEmulator({
    ...CLIENT,
    redirectUris,
    ...(now && { now }),
    ...(port !== undefined && { port }),
  })
  const { origin } = emulator
  const accountOf = (address: string): Account => {
    const found = emulator.accounts.find((account) => account.address === address)
    if (found === undefined) throw new Error(`The emulator has no account ${address}`)
    return found
  }
  const failAlways = (fault: Fault) => void emulator.faults.failNext(GRAPH, fault, always)
  return {
    origin,
    config: { ...CLIENT, tenant: 'common', authorityUrl: origin, graphUrl: origin, readScope: 'Calendars.ReadBasic' },
    addAccount: (address) => void emulator.addAccount({ kind: 'work', address }),
    addEvent(address, { start, end, title }) {
      const event = emulator.addEvent(accountOf(address), {
        start,
        end,
        subject: title ?? 'Private matter',
        showAs: 'busy',
      })
      return event.immutableId
    },
    removeEvent: (address, id) => void emulator.removeEvent(accountOf(address), id),
    events: (address) =>
      emulator.events(accountOf(address)).map(({ immutableId, start, end, draft }) => ({
        id: immutableId,
        start: new Date(start),
        end: new Date(end),
        title: draft.subject ?? '',
        isPrivate: draft.sensitivity === 'private',
        guests: (draft.attendees ?? []).map(({ emailAddress }) => emailAddress?.address ?? ''),
      })),
    signIn: (url, address, decision) => emulator.signIn(url, accountOf(address), decision),
    revoke(address) {
      emulator.revoke(accountOf(address))
      emulator.expireAccessTokens(accountOf(address))
    },
    endAccessTokens: () => emulator.expireAccessTokens(),
    fail: () => failAlways({ status: 503, code: 'ServiceUnavailable' }),
    throttle: (seconds) => failAlways({ status: 429, code: 'TooManyRequests', retryAfter: String(seconds) }),
    recover: () => emulator.faults.clear(),
    close: () => emulator.close(),
  }
}
