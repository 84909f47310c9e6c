import { type Fault, startGoogleEmulator } from '../../dev/google-emulator/index.ts'
import type { EmulatorSettings, GoogleCalendarEmulator } from './emulator.ts'

const CLIENT = { clientId: 'emulated-client', clientSecret: 'emulated-client-secret' }
const CALLS = [
  'POST /calendar/v3/freeBusy',
  'GET /calendar/v3/users/me/calendarList',
  'POST /calendar/v3/calendars/*/events',
  'GET /calendar/v3/calendars/*/events/*',
  'DELETE /calendar/v3/calendars/*/events/*',
]

/** Google's OAuth and Calendar v3, as far as connecting and calendars go. Calendars are in the zone Europe/Berlin. */
export async function emulateGoogle({ redirectUris, now, port }: EmulatorSettings): Promise<GoogleCalendarEmulator> {
  const google = await startGoogleEmulator({
    ...CLIENT,
    redirectUris,
    ...(now && { now }),
    ...(port !== undefined && { port }),
  })
  const { origin } = google
  const failAlways = (fault: Fault) => {
    for (const call of CALLS) void google.failNext(call, { ...fault, times: Number.POSITIVE_INFINITY })
  }
  return {
    origin,
    config: { ...CLIENT, authorizationUrl: `${origin}/o/oauth2/v2/auth`, tokenUrl: `${origin}/token`, apiUrl: origin },
    addAccount: (address) => void google.addAccount(address),
    addEvent: (address, { start, end, title }) =>
      google.addEvent(address, {
        summary: title ?? 'Private matter',
        start: { dateTime: start.toISOString() },
        end: { dateTime: end.toISOString() },
      }),
    removeEvent: (address, id) => google.removeEvent(address, id),
    events: (address) =>
      [...google.account(address).calendars.values()]
        .flatMap(({ events }) => [...events.values()])
        .filter(({ status }) => status !== 'cancelled')
        .map(({ id, start, end, summary, visibility, attendees }) => ({
          id,
          start: new Date(start.dateTime ?? start.date ?? ''),
          end: new Date(end.dateTime ?? end.date ?? ''),
          title: summary ?? '',
          isPrivate: visibility === 'private',
          guests: (attendees ?? []).map(({ email }) => email),
        })),
    signIn: async (url, address, decision = 'accept') => google.signIn(new URL(url), address, decision).href,
    revoke(address) {
      google.withdraw(address)
      google.expireAccessTokens()
    },
    endAccessTokens: () => google.expireAccessTokens(),
    fail: () => failAlways({ status: 503 }),
    throttle: (seconds) => failAlways({ status: 429, retryAfter: String(seconds) }),
    recover: () => google.recover(),
    close: () => google.close(),
  }
}
