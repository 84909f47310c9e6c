import type { VNode } from 'preact'
import { actionOf, type KeptForm, type UnsentForm } from '../unsent-form.ts'
import { Note } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import { Document } from './layout.tsx'

const WORDS: Readonly<Record<KeptForm, string>> = {
  connect: 'You were about to connect an account.',
  calendars: 'You were about to save which calendars make you busy.',
  confirm: 'You were about to change the connected account, or what we may do there.',
  disconnect: 'You were about to disconnect an account.',
}

/** After signing in again: what was sent meanwhile is done when she says so once more. */
export const unsentFormPage = ({ unsent, csrf }: { readonly unsent: UnsentForm; readonly csrf: string }): VNode => (
  <Document title="Signed in again">
    <Note tone="warn" title="It is not done yet">
      <p>{WORDS[unsent.form]}</p>
    </Note>
    <h1>You are signed in again</h1>
    <form method="post" action={actionOf(unsent)} class="row">
      <Hidden fields={{ _csrf: csrf }} />
      {unsent.fields.map(([name, value]) => (
        <Hidden key={`${name} ${value}`} fields={{ [name]: value }} />
      ))}
      <button type="submit">Do it now</button>
      <a href="/settings/calendar">Leave it, and go to your calendar settings</a>
    </form>
  </Document>
)
