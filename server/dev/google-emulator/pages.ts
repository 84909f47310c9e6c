import { blocks, type EmulatedAccount, type EmulatedEvent } from './world.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const text = (value: unknown): string => String(value ?? '').replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)

export const STYLE = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
button,input,select{font:inherit;min-height:2.75rem;padding:.25rem .75rem}
input[type=radio],input[type=checkbox]{flex:none;width:1.5rem;height:1.5rem;min-height:0;margin:0}
label{display:block;margin:.5rem 0}label.choice{display:flex;gap:.75rem;align-items:center;min-height:2.75rem}li{margin:.75rem 0}fieldset{margin:1rem 0}
:focus-visible{outline:3px solid;outline-offset:2px}`

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(title)}</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>${text(title)}</h1>${body}</main></body></html>`

export const plainPage = (title: string, words: string): string => page(title, `<p>${text(words)}</p>`)

/**
 * Account choice and consent on one page. Of several scopes beside those of signing in, each has a box that comes empty; a
 * single one has none (developers.google.com/identity/protocols/oauth2/resources/granular-permissions; that they come empty:
 * google-api-javascript-client#764). `ticked`: after "Select all", which Google's page does by script.
 */
export function choicePage(
  query: URLSearchParams,
  accounts: readonly EmulatedAccount[],
  optional: string,
  ticked?: { readonly account: string | null },
): string {
  const hint = ticked?.account ?? query.get('login_hint') ?? accounts[0]?.email
  const asked = (query.get('scope') ?? '').split(' ')
  const boxes = asked.filter((name) => name.startsWith(optional)).length > 1
  const account = ({ email }: EmulatedAccount): string =>
    `<label class="choice"><input type="radio" name="account" required value="${text(email)}"${email === hint ? ' checked' : ''}> ${text(email)}</label>`
  const scope = (name: string): string => {
    const value = `name="scope" value="${text(name)}"`
    if (!name.startsWith(optional)) return `<p>${text(name)}</p>`
    if (!boxes) return `<p>${text(name)}<input type="hidden" ${value}></p>`
    return `<label class="choice"><input type="checkbox" ${value}${ticked ? ' checked' : ''}> <span>${text(name)}</span></label>`
  }
  const selectAll = boxes ? '<p><button name="decision" value="select-all">Select all</button></p>' : ''
  return page(
    'Sign in with Google (emulated)',
    `<form method="post" action="/o/oauth2/v2/auth/decide">
<input type="hidden" name="request" value="${text(query.toString())}">
<fieldset><legend>Choose an account</legend>${accounts.map(account).join('')}</fieldset>
<fieldset><legend>Select what this app can access</legend>${selectAll}${asked.map(scope).join('')}</fieldset>
<button name="decision" value="accept">Continue</button> <button name="decision" value="decline">Cancel</button></form>`,
  )
}

const when = (event: EmulatedEvent): string =>
  event.start.date !== undefined
    ? `${event.start.date} to ${event.end.date} (all day, end not included)`
    : `${event.start.dateTime} to ${event.end.dateTime}`

/** The emulated calendar, where a person sees, adds and removes events. */
export function calendarPage(accounts: readonly EmulatedAccount[], account: EmulatedAccount): string {
  const hidden = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${text(value)}">`
  const links = accounts.map(
    ({ email }) => `<li><a href="/calendar?account=${encodeURIComponent(email)}">${text(email)}</a></li>`,
  )
  const lists = [...account.calendars.values()].map((calendar) => {
    const events = [...calendar.events.values()].filter(({ status }) => status !== 'cancelled')
    const rows = events.map(
      (
        event,
      ) => `<li><strong>${text(event.summary ?? '(No title)')}</strong><br>${text(when(event))}, ${blocks(event) ? 'busy' : 'free'}
<form method="post" action="/calendar/remove">${hidden('account', account.email)}${hidden('calendar', calendar.id)}${hidden('event', event.id)}
<button aria-label="Remove ${text(event.summary ?? 'event')}, ${text(when(event))}">Remove</button></form></li>`,
    )
    return `<h2>${text(calendar.summary)}</h2>${rows.length ? `<ul>${rows.join('')}</ul>` : '<p>No events.</p>'}`
  })
  const options = [...account.calendars.values()].map(
    ({ id, summary }) => `<option value="${text(id)}">${text(summary)}</option>`,
  )
  return page(
    `Google Calendar (emulated): ${account.email}`,
    `<nav aria-label="Accounts"><ul>${links.join('')}</ul></nav>${lists.join('')}
<h2>Add an event</h2><form method="post" action="/calendar/add">${hidden('account', account.email)}
<label>Calendar <select name="calendar">${options.join('')}</select></label>
<label>Title <input name="summary" required></label>
<label>Start <input type="datetime-local" name="start" required></label>
<label>End <input type="datetime-local" name="end" required></label>
<button>Add</button></form>`,
  )
}
