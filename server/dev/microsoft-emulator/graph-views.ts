import { type EventView, eventResource, unknownProperty } from './event-resource.ts'
import { badRequest, preferencesOf } from './graph-answers.ts'
import type { Call } from './graph-call.ts'
import type { Calendar } from './mailbox.ts'
import { paged } from './paging.ts'
import type { Answer } from './wire.ts'
import { graphZone } from './zones.ts'

const MAX_WINDOW_MS = 5 * 366 * 864e5 // the service's limit is not documented; years are refused somewhere

/** How this request wants its events written, or why it cannot be. */
export function viewOf(call: Call, fallbackZone = 'UTC'): EventView | Answer {
  const { timeZone = fallbackZone, immutableIds, textBody } = preferencesOf(call.incoming)
  const iana = graphZone(timeZone)
  if (!iana)
    return badRequest(
      'TimeZoneNotSupportedException',
      `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${timeZone}'.`,
    )
  const { query } = call.incoming
  const select = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim())
  const unknown = select && unknownProperty(select)
  if (unknown !== undefined)
    return badRequest(
      'RequestBroker--ParseUri',
      `Could not find a property named '${unknown}' on type 'microsoft.graph.event'.`,
    )
  const expand = expandedProperty(query.get('$expand'))
  if (expand === null) return badRequest('ErrorInvalidUrlQueryFilter', 'The $expand is not supported.')
  return { cloud: call.cloud, timeZone, iana, immutableIds, textBody, basic: call.basic, select, expand }
}

/** The id in `singleValueExtendedProperties($filter=id eq '…')`; `null`: anything else. */
function expandedProperty(expand: string | null): string | undefined | null {
  if (expand === null) return undefined
  const [, id] =
    /^singleValueExtendedProperties\(\s*\$filter\s*=\s*id\s+eq\s+'((?:[^']|'')*)'\s*\)$/i.exec(expand) ?? []
  return id === undefined ? null : id.replaceAll("''", "'")
}

/** An ISO 8601 time; without an offset it is UTC, whatever outlook.timezone says. A raw "+" arrives as a space and fails. */
export function instantIn(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text))
    return undefined
  const trimmed = text.replace(/(\.\d{3})\d+/, '$1')
  const at = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(trimmed) || !trimmed.includes('T') ? trimmed : `${trimmed}Z`)
  return Number.isNaN(at) ? undefined : at
}

/** learn.microsoft.com/graph/api/user-list-calendarview: expands series, needs a window. */
export function calendarView(call: Call, calendar: Calendar): Answer {
  const { query } = call.incoming
  for (const name of ['startDateTime', 'endDateTime'])
    if (!query.has(name))
      return badRequest(
        'ErrorInvalidParameter',
        `This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.`,
      )
  const from = instantIn(query.get('startDateTime'))
  const to = instantIn(query.get('endDateTime'))
  if (from === undefined || to === undefined)
    return badRequest(
      'ErrorInvalidParameter',
      "The value of the query string parameter 'startDateTime' or 'endDateTime' is invalid.",
    )
  if (from >= to || to - from > MAX_WINDOW_MS)
    return badRequest('ErrorInvalidTimeRange', 'The time range specified is not valid.')
  const unsupported = ['$search', '$filter'].find((name) => query.has(name))
  if (unsupported) return badRequest('ErrorInvalidUrlQuery', `${unsupported} is not supported here.`)
  const view = viewOf(call)
  if ('status' in view) return view
  const barred = view.select?.find((name) => name === 'createdDateTime' || name === 'lastModifiedDateTime')
  if (barred) return badRequest('ErrorInvalidProperty', `${barred} does not support $select on calendarView.`)
  const size = preferencesOf(call.incoming).maxPageSize
  const spans = calendar.between(from, to)
  const ordered = /desc$/i.test(query.get('$orderby') ?? '') ? [...spans].reverse() : spans
  return paged(call.cloud, call.incoming, size, ordered, (span) => eventResource(span, view), contextOf(call))
}

const contextOf = (call: Call): string =>
  `https://graph.microsoft.com/v1.0/$metadata#users('${call.account.oid}')/calendarView`
