import type { Account } from './accounts.ts'
import type { Cloud } from './cloud.ts'
import type { AccessToken } from './grants.ts'
import { accessDenied, badRequest, graphError, notFound, preferencesOf } from './graph-answers.ts'
import type { Call } from './graph-call.ts'
import { createEvent, getEvent, listEvents, removeEvent } from './graph-events.ts'
import { listInstances, updateEvent } from './graph-series.ts'
import { calendarView } from './graph-views.ts'
import type { Calendar } from './mailbox.ts'
import { paged } from './paging.ts'
import type { Answer, Incoming } from './wire.ts'

const READ = ['Calendars.ReadBasic', 'Calendars.Read', 'Calendars.Read.Shared', 'Calendars.ReadWrite']
const MORE_THAN_BASIC = READ.slice(1)

export function routeGraph(cloud: Cloud, incoming: Incoming, token: AccessToken): Answer {
  const { account, scopes } = token
  const basic = !MORE_THAN_BASIC.some((scope) => scopes.has(scope))
  const call: Call = { cloud, incoming, account, scopes, basic }
  const path = incoming.path.slice('/v1.0/'.length).split('/').map(decode)
  if (path[0] !== 'me') return unknownSegment(path[0] ?? '')
  if (path.length === 1) return needs(call, ['User.Read'], () => only(call, 'GET', () => me(account)))
  const reads = incoming.method === 'GET'
  return needs(call, reads ? READ : ['Calendars.ReadWrite'], () => routeCalendar(call, path.slice(1)))
}

function routeCalendar(call: Call, [head, ...rest]: string[]): Answer {
  const { mailbox } = call.account
  switch (head) {
    case 'calendar':
      if (rest.length === 0) return only(call, 'GET', () => calendarAnswer(call, mailbox.defaultCalendar))
      return routeInside(call, mailbox.defaultCalendar, rest)
    case 'calendars': {
      if (rest.length === 0) return only(call, 'GET', () => calendars(call))
      // By id only: Graph takes no names here.
      const calendar = mailbox.calendars.find((known) => known.id === rest[0])
      if (!calendar) return notFound()
      if (rest.length === 1) return only(call, 'GET', () => calendarAnswer(call, calendar))
      return routeInside(call, calendar, rest.slice(1))
    }
    case 'calendarView':
      return rest.length === 0
        ? only(call, 'GET', () => calendarView(call, mailbox.defaultCalendar))
        : unknownSegment(rest[0])
    case 'events':
      return routeEvents(call, undefined, rest)
    default:
      return unknownSegment(head)
  }
}

function routeInside(call: Call, calendar: Calendar, [head, ...rest]: string[]): Answer {
  if (head === 'calendarView' && rest.length === 0) return only(call, 'GET', () => calendarView(call, calendar))
  return head === 'events' ? routeEvents(call, calendar, rest) : unknownSegment(head)
}

function routeEvents(call: Call, calendar: Calendar | undefined, [id, verb, ...rest]: string[]): Answer {
  const { method } = call.incoming
  if (id === undefined) {
    if (method === 'GET') return listEvents(call, calendar)
    return method === 'POST' ? createEvent(call, calendar ?? call.account.mailbox.defaultCalendar) : notAllowed()
  }
  if (verb === undefined) {
    if (method === 'GET') return getEvent(call, calendar, id)
    if (method === 'PATCH') return updateEvent(call, calendar, id)
    return method === 'DELETE' ? removeEvent(call, calendar, id, 'delete') : notAllowed()
  }
  if (verb === 'instances' && rest.length === 0) return only(call, 'GET', () => listInstances(call, calendar, id))
  if (verb !== 'cancel' || rest.length > 0) return unknownSegment(verb)
  return only(call, 'POST', () => removeEvent(call, calendar, id, 'cancel'))
}

const needs = (call: Call, scopes: readonly string[], then: () => Answer): Answer =>
  scopes.some((scope) => call.scopes.has(scope)) ? then() : accessDenied()

const only = (call: Call, method: string, then: () => Answer): Answer =>
  call.incoming.method === method ? then() : notAllowed()

const notAllowed = (): Answer => graphError(405, 'BadRequest', 'The OData request is not supported.')

const unknownSegment = (segment: string | undefined): Answer =>
  badRequest('BadRequest', `Resource not found for the segment '${segment ?? ''}'.`)

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const me = (account: Account): Answer => ({
  status: 200,
  body: {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
    id: account.oid,
    businessPhones: [],
    displayName: account.name,
    givenName: account.name.split(' ')[0] ?? null,
    surname: account.name.split(' ')[1] ?? null,
    jobTitle: null,
    // Documented: mail can be null.
    mail: account.kind === 'work' ? account.address : null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    userPrincipalName: account.address,
  },
})

function calendarResource(account: Account, calendar: Calendar): Record<string, unknown> {
  const providers = account.teams ? ['teamsForBusiness'] : account.kind === 'personal' ? ['skypeForConsumer'] : []
  return {
    id: calendar.id,
    name: calendar.name,
    color: 'auto',
    hexColor: '',
    changeKey: Buffer.from(calendar.name).toString('base64'),
    isDefaultCalendar: calendar.isDefault,
    canShare: calendar.owner.address === account.address,
    canViewPrivateItems: calendar.owner.address === account.address,
    canEdit: calendar.canEdit,
    allowedOnlineMeetingProviders: providers,
    defaultOnlineMeetingProvider: providers[0] ?? 'unknown',
    isTallyingResponses: calendar.isDefault,
    isRemovable: !calendar.isDefault,
    owner: calendar.owner,
  }
}

/** The calendar under `$select`; `undefined` names a property that calendars do not have. */
function selected(resource: Record<string, unknown>, select: string | null): Record<string, unknown> | undefined {
  if (select === null) return resource
  const names = select.split(',').map((name) => name.trim())
  if (names.some((name) => !(name in resource))) return undefined
  return Object.fromEntries(['id', ...names].map((name) => [name, resource[name]]))
}

const badSelect = () =>
  badRequest(
    'RequestBroker--ParseUri',
    "Could not find a property named in $select on type 'microsoft.graph.calendar'.",
  )

function calendarAnswer(call: Call, calendar: Calendar): Answer {
  const body = selected(calendarResource(call.account, calendar), call.incoming.query.get('$select'))
  if (!body) return badSelect()
  return {
    status: 200,
    body: {
      '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${call.account.oid}')/calendars/$entity`,
      ...body,
    },
  }
}

function calendars(call: Call): Answer {
  const select = call.incoming.query.get('$select')
  const all = call.account.calendars.map((calendar) => selected(calendarResource(call.account, calendar), select))
  if (all.some((calendar) => calendar === undefined)) return badSelect()
  return paged(call.cloud, call.incoming, preferencesOf(call.incoming).maxPageSize, all, (calendar) => calendar)
}
