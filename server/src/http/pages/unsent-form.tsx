import type { VNode } from 'preact'
import { actionOf, type UnsentForm } from '../unsent-form.ts'
import { Note } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import { Document } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

interface UnsentFormPage {
  readonly unsent: UnsentForm
  readonly csrf: string
}

const UnsentFormPage = ({ unsent, csrf }: UnsentFormPage): VNode => {
  const { unsentForm: t } = useTexts()
  return (
    <Document title={t.title}>
      <Note tone="warn" title={t.notDone}>
        <p>{t.forms[unsent.form]}</p>
      </Note>
      <h1>{t.heading}</h1>
      <form method="post" action={actionOf(unsent)} class="row">
        <Hidden fields={{ _csrf: csrf }} />
        {unsent.fields.map(([name, value]) => (
          <Hidden key={`${name} ${value}`} fields={{ [name]: value }} />
        ))}
        <button type="submit">{t.doIt}</button>
        <a href="/settings/calendar">{t.leaveIt}</a>
      </form>
    </Document>
  )
}

/** After signing in again: what was sent meanwhile is done when she says so once more. */
export const unsentFormPage = pageOf(UnsentFormPage)
