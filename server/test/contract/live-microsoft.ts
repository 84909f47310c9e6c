import { randomUUID } from 'node:crypto'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { z } from 'zod'
import { createMicrosoftCalendar } from '../../src/adapters/microsoft-calendar/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { silentLog } from '../../src/ports/log.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { type CalendarUnderTest, CannotInject, type ExternalEvent, type HeldEvent } from './calendar-under-test.ts'
import { recurrenceOf } from './outlook-series.ts'
import { outlookStatus } from './outlook-status.ts'

/** A mailbox made for this, at a real tenant (server/docs/operations.md says how to come by the values). */
const Live = z.object({
  LIVE_MICROSOFT_CLIENT_ID: z.string().min(1),
  LIVE_MICROSOFT_CLIENT_SECRET: z.string().min(1),
  /** The account's own tenant id. */
  LIVE_MICROSOFT_TENANT: z.string().min(1),
  /** With `Calendars.ReadBasic` and `Calendars.ReadWrite`. */
  LIVE_MICROSOFT_REFRESH_TOKEN: z.string().min(1),
  LIVE_MICROSOFT_AUTHORITY_URL: z.url().default('https://login.microsoftonline.com'),
  LIVE_MICROSOFT_GRAPH_URL: z.url().default('https://graph.microsoft.com'),
})
export type Live = z.infer<typeof Live>

export const liveMicrosoft = (): Live | undefined => Live.safeParse(process.env).data

const GraphEvent = z.object({
  id: z.string(),
  seriesMasterId: z.string().nullish(),
  subject: z.string().nullable(),
  sensitivity: z.string(),
  showAs: z.string(),
  bodyPreview: z.string(),
  start: z.object({ dateTime: z.string() }),
  end: z.object({ dateTime: z.string() }),
  attendees: z.array(z.object({ emailAddress: z.object({ address: z.string() }) })),
})
const Created = z.object({ id: z.string() })
const Calendars = z.object({
  value: z.array(z.object({ id: z.string(), name: z.string(), isDefaultCalendar: z.boolean() })),
})

const SECOND = 'Contract suite'
const instant = (text: string): Date => new Date(`${text.slice(0, 23)}Z`)

/** Signs in with the refresh token; the cache it leaves is what the adapter works from. */
async function signIn(live: Live) {
  const { origin, host } = new URL(live.LIVE_MICROSOFT_AUTHORITY_URL)
  const endpoint = (name: string): string => `${origin}/${live.LIVE_MICROSOFT_TENANT}/oauth2/v2.0/${name}`
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: live.LIVE_MICROSOFT_CLIENT_ID,
      clientSecret: live.LIVE_MICROSOFT_CLIENT_SECRET,
      authority: `https://${host}/${live.LIVE_MICROSOFT_TENANT}`,
      knownAuthorities: [host],
      authorityMetadata: JSON.stringify({
        authorization_endpoint: endpoint('authorize'),
        token_endpoint: endpoint('token'),
        issuer: `${origin}/${live.LIVE_MICROSOFT_TENANT}/v2.0`,
        jwks_uri: `${origin}/${live.LIVE_MICROSOFT_TENANT}/discovery/v2.0/keys`,
        end_session_endpoint: endpoint('logout'),
      }),
    },
  })
  const refreshToken = live.LIVE_MICROSOFT_REFRESH_TOKEN
  const scopes = ['Calendars.ReadBasic', 'Calendars.ReadWrite']
  const result = await client.acquireTokenByRefreshToken({ refreshToken, scopes, forceCache: true })
  if (!result?.account) throw new Error('the refresh token brought no account')
  return { result, account: result.account, tokenCache: client.getTokenCache().serialize() }
}

export async function openLiveMicrosoft(live: Live): Promise<CalendarUnderTest> {
  const { result, account, tokenCache } = await signIn(live)
  const graph = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${live.LIVE_MICROSOFT_GRAPH_URL}/v1.0${path}`, {
      method,
      headers: {
        authorization: `Bearer ${result.accessToken}`,
        prefer: 'outlook.timezone="UTC", IdType="ImmutableId"',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} answered ${answer.status}`)
    return answer.status === 204 || answer.status === 404 ? undefined : answer.json()
  }
  const listed = Calendars.parse(await graph('GET', '/me/calendars?$select=id,name,isDefaultCalendar&$top=100')).value
  const main = listed.find(({ isDefaultCalendar }) => isDefaultCalendar)?.id ?? ''
  const second =
    listed.find(({ name }) => name === SECOND)?.id ??
    Created.parse(await graph('POST', '/me/calendars', { name: SECOND })).id
  const added: string[] = []

  const connection: ConnectionContext = {
    id: randomUUID(),
    tenantId: randomUUID(),
    accountKey: `${live.LIVE_MICROSOFT_TENANT}.${account.localAccountId}`,
    access: 'bookings',
    timeZone: 'Europe/Berlin',
    calendarIds: [main, second],
    policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
  }
  const vault = new MemoryVault(systemClock)
  const accessExpiresAt = result.expiresOn ?? undefined
  vault.put(
    { tenantId: connection.tenantId, connectionId: connection.id },
    { tokenCache, accessExpiresAt, scopes: result.scopes },
  )
  const binding = createMicrosoftCalendar({
    config: {
      clientId: live.LIVE_MICROSOFT_CLIENT_ID,
      clientSecret: live.LIVE_MICROSOFT_CLIENT_SECRET,
      tenant: live.LIVE_MICROSOFT_TENANT,
      authorityUrl: live.LIVE_MICROSOFT_AUTHORITY_URL,
      graphUrl: live.LIVE_MICROSOFT_GRAPH_URL,
      readScope: 'Calendars.ReadBasic',
    },
    vault,
    clock: systemClock,
    log: silentLog,
  })

  const viewed = async (calendarId: string): Promise<z.infer<typeof GraphEvent>[]> => {
    const view = `/me/calendars/${encodeURIComponent(calendarId)}/calendarView?startDateTime=2027-01-01T00:00:00Z&endDateTime=2029-01-01T00:00:00Z&$top=500&$select=${Object.keys(GraphEvent.shape).join()}`
    return z.object({ value: z.array(GraphEvent) }).parse(await graph('GET', view)).value
  }
  const held = async (calendarId: string): Promise<HeldEvent[]> =>
    (await viewed(calendarId)).map((event) => ({
      id: event.id,
      start: instant(event.start.dateTime),
      end: instant(event.end.dateTime),
      title: event.subject ?? '',
      description: event.bodyPreview || undefined,
      isPrivate: event.sensitivity === 'private',
      isBusy: event.showAs === 'busy',
      guests: event.attendees.map(({ emailAddress }) => emailAddress.address),
      calendarId,
    }))
  const listEvents = async (): Promise<readonly HeldEvent[]> => (await Promise.all([main, second].map(held))).flat()
  const refuse = (): never => {
    throw new CannotInject()
  }
  const empty = async (): Promise<void> => {
    for (const calendarId of [main, second]) {
      // A series goes whole.
      const ids = new Set((await viewed(calendarId)).map(({ id, seriesMasterId }) => seriesMasterId ?? id))
      for (const id of ids) await graph('DELETE', `/me/events/${encodeURIComponent(id)}`)
    }
  }
  await empty()

  return {
    calendarIds: [main, second],
    tellsMarks: true,
    open: (changes = {}) => binding.calendarFor({ ...connection, ...changes }),
    async addExternalEvent(event) {
      const { id } = Created.parse(
        await graph('POST', `/me/calendars/${encodeURIComponent(event.calendarId ?? main)}/events`, bodyOf(event)),
      )
      added.push(id)
      return id
    },
    removeExternalEvent: async (id) => void (await graph('DELETE', `/me/events/${encodeURIComponent(id)}`)),
    async editEvent(id, { title, start, end, guests }) {
      // Outlook would write to the guests.
      if (guests !== undefined) refuse()
      const { start: from, end: to } = GraphEvent.parse(await graph('GET', `/me/events/${encodeURIComponent(id)}`))
      const at = (time: Date) => ({ dateTime: time.toISOString().slice(0, 19), timeZone: 'UTC' })
      const times = { start: at(start ?? instant(from.dateTime)), end: at(end ?? instant(to.dateTime)) }
      const change = title === undefined ? times : { subject: title }
      await graph('PATCH', `/me/events/${encodeURIComponent(id)}`, change)
    },
    // Graph cannot move an event to another calendar.
    moveToCalendar: refuse,
    // The account keeps its calendars.
    removeOther: refuse,
    lockOther: refuse,
    async makeSeries(id, series) {
      const event = GraphEvent.parse(await graph('GET', `/me/events/${encodeURIComponent(id)}`))
      const recurrence = recurrenceOf(series, event.start.dateTime.slice(0, 10))
      await graph('PATCH', `/me/events/${encodeURIComponent(id)}`, { recurrence })
    },
    async appointmentOf(id, day, moved) {
      const window = `startDateTime=${day}T00:00:00Z&endDateTime=${day}T23:59:59Z`
      const list = await graph('GET', `/me/events/${encodeURIComponent(id)}/instances?${window}`)
      const [found] = z.object({ value: z.array(GraphEvent) }).parse(list).value
      if (found === undefined) throw new Error('the series has no such day')
      const later = (text: string) => ({
        dateTime: new Date(instant(text).getTime() + 3 * 3_600_000).toISOString().slice(0, 19),
        timeZone: 'UTC',
      })
      const change = { start: later(found.start.dateTime), end: later(found.end.dateTime) }
      if (moved) await graph('PATCH', `/me/events/${encodeURIComponent(found.id)}`, change)
      return found.id
    },
    listEvents,
    fail: refuse,
    hang: refuse,
    loseAnswer: refuse,
    breakCalendar: refuse,
    withoutOnlineMeetings: refuse,
    recover: () => {},
    close: empty,
  }
}

function bodyOf({ from, to, showAs }: ExternalEvent): unknown {
  const allDay = typeof from === 'string'
  const timeZone = allDay ? 'W. Europe Standard Time' : 'UTC'
  const at = (when: Date | string) => ({
    dateTime: typeof when === 'string' ? `${when}T00:00:00` : when.toISOString().slice(0, 19),
    timeZone,
  })
  return {
    transactionId: randomUUID(),
    subject: 'Contract suite',
    isAllDay: allDay,
    showAs: outlookStatus(showAs),
    start: at(from),
    end: at(to),
  }
}
