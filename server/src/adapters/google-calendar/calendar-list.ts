import { z } from 'zod'
import type { Deadline } from '../../concurrency/deadline.ts'
import { pagesFrom } from '../../net/pages.ts'
import type { CalendarListing, ConnectedAccount } from '../../ports/calendar-connector.ts'
import type { ReadParts } from './free-busy.ts'
import { garbled } from './transport/google-errors.ts'

const FIELDS = 'items(id,summary,summaryOverride,primary),nextPageToken'

const ListAnswer = z.object({
  items: z
    .array(
      z.object({
        id: z.string().min(1),
        summary: z.string().optional(),
        summaryOverride: z.string().optional(),
        primary: z.boolean().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().min(1).optional(),
})

interface ListPage {
  readonly calendars: readonly CalendarListing[]
  readonly next: string | undefined
}

/** Every calendar that the account may read free/busy of. Rejects with a CalendarError. */
export async function listCalendars(
  parts: ReadParts,
  connection: ConnectedAccount,
  deadline: Deadline,
): Promise<readonly CalendarListing[]> {
  const read = (pageToken?: string) => readPage(parts, connection, deadline, pageToken)
  const endless = () => garbled('the list of calendars has no end')
  // By id, because a list that changes between two pages may name a calendar twice.
  const calendars = new Map<string, CalendarListing>()
  for await (const page of pagesFrom(await read(), { read, limit: parts.limits.pages, endless }))
    for (const calendar of page.calendars) calendars.set(calendar.id, calendar)
  return [...calendars.values()]
}

async function readPage(
  { google }: ReadParts,
  connection: ConnectedAccount,
  deadline: Deadline,
  pageToken: string | undefined,
): Promise<ListPage> {
  const query = { fields: FIELDS, maxResults: 250, minAccessRole: 'freeBusyReader' }
  const { items, nextPageToken } = await google.send({
    connection,
    purpose: 'read',
    name: 'calendarList.list',
    repeatable: true,
    deadline,
    schema: ListAnswer,
    request: (api, options) =>
      api.calendarList.list({ ...query, ...(pageToken === undefined ? {} : { pageToken }) }, options),
  })
  const calendars = items.map(({ id, summary, summaryOverride, primary }) => ({
    id,
    name: summaryOverride ?? summary ?? '',
    isDefault: primary === true,
  }))
  return { calendars, next: nextPageToken }
}
