import type { Account } from './accounts.ts'
import type { Cloud } from './cloud.ts'
import { findById, idOf } from './event-resource.ts'
import type { Occurrence } from './events.ts'
import { type Html, markup, page } from './html.ts'
import { type Answer, formOf, type Handler, type Incoming, redirect } from './wire.ts'
import { anyZone, instantOf, wallOf } from './zones.ts'

const DAY = 864e5
const DAYS_SHOWN = 14
const STATUSES: Record<string, string> = {
  busy: 'Busy',
  tentative: 'Tentative',
  free: 'Free',
  workingElsewhere: 'Working elsewhere',
  oof: 'Away',
}

/** The emulated Outlook calendar, for people. */
export function createOutlook(cloud: Cloud): Handler {
  return (incoming) => {
    if (incoming.method === 'POST' && !isOwn(cloud, incoming)) return problem(403, 'This form was sent from elsewhere.')
    const [, , address, verb] = incoming.path.split('/')
    if (!address) return accountList(cloud)
    const account = cloud.accounts.find((known) => known.address === decodeURIComponent(address))
    if (!account) return problem(404, 'There is no such account.')
    if (incoming.method === 'GET') return calendarPage(cloud, account, undefined)
    if (verb === 'add') return addEvent(cloud, account, formOf(incoming))
    return verb === 'remove' ? removeEvent(account, formOf(incoming)) : problem(404, 'There is no such page.')
  }
}

/** A loopback port is open to every page of the browser; only our own forms may post. */
function isOwn(cloud: Cloud, incoming: Incoming): boolean {
  const { host, origin } = incoming.headers
  const port = new URL(cloud.origin).port
  const own = host === `127.0.0.1:${port}` || host === `localhost:${port}`
  return own && (origin === undefined || origin === `http://${host}`)
}

const problem = (status: number, text: string): Answer => page('Not possible', markup`<p>${text}</p>`, { status })
const pathOf = (account: Account): string => `/outlook/${encodeURIComponent(account.address)}`

const accountList = (cloud: Cloud): Answer =>
  page(
    'Outlook calendars',
    markup`<ul class="plain">${cloud.accounts.map(
      (account) => markup`<li><a href="${pathOf(account)}">${account.name}</a> <small>${account.address}</small></li>`,
    )}</ul>`,
  )

function calendarPage(cloud: Cloud, account: Account, error: string | undefined): Answer {
  const iana = anyZone(account.timeZone)
  const today = wallOf(cloud.now().getTime(), iana).slice(0, 10)
  const days = Array.from({ length: DAYS_SHOWN }, (_, index) => addDays(today, index))
  return page(
    `Outlook: ${account.name}`,
    markup`<p>${account.address} · times in ${account.timeZone}</p>
${error && markup`<p role="alert"><strong>${error}</strong></p>`}
${addForm(account, today)}
${days.map((date) => dayList(account, date, iana))}
<p><a href="/outlook">Other accounts</a></p>`,
    { status: error ? 422 : 200 },
  )
}

const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)

function dayList(account: Account, date: string, iana: string): Html {
  const from = instantOf(`${date}T00:00:00`, iana)
  const to = instantOf(`${addDays(date, 1)}T00:00:00`, iana)
  const spans = account.calendars.flatMap((calendar) => calendar.between(from, to)).sort((a, b) => a.start - b.start)
  const title = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })
  return markup`<section aria-labelledby="d${date}"><h2 id="d${date}"><time datetime="${date}">${title.format(new Date(`${date}T00:00:00Z`))}</time></h2>
${spans.length === 0 && markup`<p><small>Nothing</small></p>`}
<ul class="plain">${spans.map((span) => eventItem(account, span, date, iana))}</ul></section>`
}

function eventItem(account: Account, span: Occurrence, date: string, iana: string): Html {
  const { draft, calendar, isCancelled } = span.event
  const clock = (instant: number) => {
    const wall = wallOf(instant, iana)
    return wall.slice(0, 10) === date ? wall.slice(11, 16) : `${wall.slice(11, 16)} (${wall.slice(0, 10)})`
  }
  const notes = [
    STATUSES[draft.showAs ?? 'busy'] ?? draft.showAs,
    draft.sensitivity === 'private' && 'private',
    isCancelled && 'cancelled',
    draft.responseStatus === 'declined' && 'declined',
    span.date && 'recurring',
    draft.isOnlineMeeting && 'online meeting',
    !calendar.isDefault && calendar.name,
  ].filter(Boolean)
  const times = draft.isAllDay ? 'All day' : `${clock(span.start)} to ${clock(span.end)}`
  return markup`<li><span><strong>${times}</strong> ${draft.subject ?? ''} <small>${notes.join(', ')}</small></span>
<form class="inline" method="post" action="${pathOf(account)}/remove"><input type="hidden" name="id" value="${idOf(span, { immutableIds: true })}">
<button class="quiet" aria-label="Remove ${draft.subject ?? 'event'}, ${date} ${times}">Remove</button></form></li>`
}

const addForm = (account: Account, today: string): Html => markup`<form method="post" action="${pathOf(account)}/add">
<div class="fields"><div class="wide"><label for="subject">Subject</label><input id="subject" name="subject" required maxlength="255"></div>
<div><label for="date">Date</label><input id="date" name="date" type="date" required value="${today}"></div>
<div><label for="from">From</label><input id="from" name="from" type="time" required value="09:00"></div>
<div><label for="to">To</label><input id="to" name="to" type="time" required value="10:00"></div>
<div><label for="showAs">Show as</label><select id="showAs" name="showAs">${Object.entries(STATUSES).map(
  ([value, label]) => markup`<option value="${value}">${label}</option>`,
)}</select></div>
<div><label for="calendar">Calendar</label><select id="calendar" name="calendar">${account.calendars.map(
  (calendar) => markup`<option value="${calendar.id}">${calendar.name}</option>`,
)}</select></div></div>
<button>Add event</button></form>`

function addEvent(cloud: Cloud, account: Account, form: Map<string, string>): Answer {
  const [subject, date = '', from = '', to = ''] = ['subject', 'date', 'from', 'to'].map((name) => form.get(name))
  const calendar = account.mailbox.calendar(form.get('calendar'))
  const valid = /^\d{4}-\d\d-\d\d$/.test(date) && [from, to].every((time) => /^\d\d:\d\d$/.test(time))
  if (!subject || !valid || !calendar) return calendarPage(cloud, account, 'Subject, date, from and to are needed.')
  if (to <= from) return calendarPage(cloud, account, 'An event ends after it starts.')
  const showAs = form.get('showAs') ?? 'busy'
  calendar.add({
    subject,
    start: `${date}T${from}`,
    end: `${date}T${to}`,
    showAs: showAs in STATUSES ? showAs : 'busy',
  })
  return redirect(pathOf(account))
}

function removeEvent(account: Account, form: Map<string, string>): Answer {
  const found = findById(undefined, account.mailbox, form.get('id') ?? '')
  if (found?.date !== undefined) found.event.calendar.removeOccurrence(found.event, found.date)
  else found?.event.calendar.remove(found.event)
  return redirect(pathOf(account))
}
