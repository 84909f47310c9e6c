import { type Deadline, startDeadline } from '../../concurrency/deadline.ts'
import { pagesFrom } from '../../net/pages.ts'
import { memberOf } from '../../net/untrusted-json.ts'
import { type CalendarListing, type ConnectedAccount, nameAlone } from '../../ports/calendar-connector.ts'
import { CalendarError } from '../../ports/calendar-failure.ts'
import type { ReadParts } from './free-busy.ts'
import { done } from './transport/graph-call.ts'
import { GraphError, garbled, transportFailure } from './transport/graph-errors.ts'
import { asObject } from './transport/json-object.ts'
import { graphLink } from './transport/next-link.ts'

const CALENDARS = '/me/calendars?$select=id,name,isDefaultCalendar,owner,canEdit&$top=100'

interface ListPage {
  readonly calendars: readonly Listed[]
  readonly next: URL | undefined
}

/** Every calendar of the account, within `limits.readMs`. Rejects with a CalendarError. */
export async function listCalendars(
  parts: ReadParts,
  connection: ConnectedAccount,
  signal: AbortSignal | undefined,
): Promise<readonly CalendarListing[]> {
  const { clock, limits } = parts
  const deadline = startDeadline(clock, limits.readMs, signal)
  const read = (link?: URL) => readPage(parts, connection, deadline, link)
  try {
    const calendars: Listed[] = []
    const chain = { read, limit: limits.pages, endless: () => garbled('endless_pages') }
    for await (const page of pagesFrom(await read(), chain)) calendars.push(...page.calendars)
    return withOwners(calendars)
  } catch (error) {
    throw guestOr(transportFailure(error))
  } finally {
    deadline.end()
  }
}

function readPage(
  { graph, config }: ReadParts,
  connection: ConnectedAccount,
  deadline: Deadline,
  link: URL | undefined,
): Promise<ListPage> {
  return graph.send<ListPage>({
    connection,
    purpose: 'read',
    method: 'GET',
    route: '/me/calendars',
    path: CALENDARS,
    ...(link === undefined ? {} : { link }),
    repeatable: true,
    deadline,
    understand: ({ body }) => {
      const page = asObject(body, 'page')
      if (!Array.isArray(page.value)) throw garbled('page_value')
      const next = page['@odata.nextLink']
      const calendars = page.value.map(listingOf)
      return done({ calendars, next: next === undefined || next === null ? undefined : graphLink(config, next) })
    },
  })
}

const LONGEST_NAME = 256

interface Listed extends Pick<CalendarListing, 'id' | 'name' | 'isDefault'> {
  readonly canEdit: boolean
  /** Undefined where Graph does not say. */
  readonly ownerAddress: string | undefined
  readonly ownerName: string | undefined
}

function listingOf(value: unknown): Listed {
  const { id, name, isDefaultCalendar, owner, canEdit } = asObject(value, 'calendar')
  if (typeof id !== 'string' || id === '') throw garbled('calendar_id')
  return {
    id,
    name: typeof name === 'string' ? name.slice(0, LONGEST_NAME) : '',
    isDefault: isDefaultCalendar === true,
    canEdit: canEdit !== false,
    ownerAddress: textIn(owner, 'address')?.toLowerCase(),
    ownerName: textIn(owner, 'name'),
  }
}

function textIn(holder: unknown, member: string): string | undefined {
  const value = memberOf(holder, member)
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_NAME) : undefined
}

/**
 * Hers is what the owner of her default calendar owns and may edit: birthdays, holidays and subscriptions carry her name and
 * may not be edited. An owner that Graph does not name may be herself, and unknown is not free.
 */
function withOwners(calendars: readonly Listed[]): CalendarListing[] {
  const herself = calendars.find(({ isDefault }) => isDefault)?.ownerAddress
  return calendars.map(({ id, name, isDefault, canEdit, ownerAddress, ownerName }) => {
    const others = herself !== undefined && ownerAddress !== undefined && ownerAddress !== herself
    const listing = { id, name, isDefault, ...(canEdit ? {} : { isReadOnly: true }) }
    if (isDefault || (canEdit && !others)) return listing
    const named = others ? nameAlone(ownerName) : undefined
    return { ...listing, kind: 'foreign', ...(named === undefined ? {} : { ownerName: named }) }
  })
}

/**
 * A guest of an organisation has no mailbox in it: Graph answers calendar calls with 401 and no body, however new the token
 * is. Of a token that it refuses, Graph says so by a code.
 */
function guestOr(failure: CalendarError): CalendarError {
  if (!(failure instanceof GraphError) || failure.status !== 401 || failure.explained) return failure
  return new CalendarError('not_found', 'this account has no mailbox here', {
    code: 'guest_account',
    status: 401,
    ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
  })
}
