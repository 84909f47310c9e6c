import { z } from 'zod'
import type { Deadline } from '../../concurrency/deadline.ts'
import { pagesFrom } from '../../net/pages.ts'
import type { CalendarListing, ConnectedAccount } from '../../ports/calendar-connector.ts'
import type { ReadParts } from './free-busy.ts'
import { garbled } from './transport/google-errors.ts'

const FIELDS = 'items(id,summary,summaryOverride,primary,accessRole,dataOwner,hidden),nextPageToken'

// Whatever else they hold, the calendar is there.
const Words = z.string().optional().catch(undefined)
const Flag = z.boolean().optional().catch(undefined)

const ListAnswer = z.object({
  items: z
    .array(
      z.object({
        id: z.string().min(1),
        summary: Words,
        summaryOverride: Words,
        primary: Flag,
        accessRole: Words,
        dataOwner: Words,
        hidden: Flag,
      }),
    )
    .default([]),
  nextPageToken: z.string().min(1).optional(),
})

type Entry = z.infer<typeof ListAnswer>['items'][number]

interface ListPage {
  readonly calendars: readonly Entry[]
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
  const calendars = new Map<string, Entry>()
  for await (const page of pagesFrom(await read(), { read, limit: parts.limits.pages, endless }))
    for (const calendar of page.calendars) calendars.set(calendar.id, calendar)
  return [...calendars.values()].map(listingOf(calendars))
}

async function readPage(
  { google }: ReadParts,
  connection: ConnectedAccount,
  deadline: Deadline,
  pageToken: string | undefined,
): Promise<ListPage> {
  const query = { fields: FIELDS, maxResults: 250, minAccessRole: 'freeBusyReader', showHidden: true }
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
  return { calendars: items, next: nextPageToken }
}

const LONGEST_NAME = 256
const WRITERS: ReadonlySet<string> = new Set(['owner', 'writer'])
/** Ids of secondary and imported calendars; that of a primary calendar is its owner's address. */
const SECONDARY = /@(group|import)(\.v)?\.calendar\.|^[^@]+$/

/**
 * Hers is what she owns: her primary calendar, and secondary ones. A colleague's primary calendar, whose id is the colleague's
 * address, and a calendar with another data owner stay theirs, though they may have made her an owner too. Google names owners
 * by address alone, which is not kept. A role that Google does not tell may be `owner`, and unknown is not free.
 * developers.google.com/workspace/calendar/api/v3/reference/calendarList
 */
const listingOf = (all: ReadonlyMap<string, Entry>) => {
  const herself = [...all.values()].find(({ primary }) => primary === true)?.id
  return ({ id, summary, summaryOverride, primary, accessRole, dataOwner, hidden }: Entry): CalendarListing => {
    const listing = {
      id,
      name: (summaryOverride ?? summary ?? '').slice(0, LONGEST_NAME),
      isDefault: primary === true,
      ...(accessRole === undefined || WRITERS.has(accessRole) ? {} : { isReadOnly: true }),
    }
    if (primary === true) return listing
    const owner = dataOwner ?? (SECONDARY.test(id) ? herself : id)
    const others = (accessRole ?? 'owner') !== 'owner' || (herself !== undefined && owner !== herself)
    if (others) return { ...listing, kind: 'foreign' }
    return hidden === true ? { ...listing, kind: 'hidden' } : listing
  }
}
