import type { VNode } from 'preact'
import type { Tenant } from '../../ports/tenant-store.ts'
import type { AdminConsentOutcome } from '../../services/admin-consent.ts'
import { Typed } from './components.tsx'
import { Document } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

const UnusableCallbackPage = (): VNode => {
  const t = useTexts().calendarCallback.used
  return (
    <Document title={t.title}>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <p>
        <a href="/settings/calendar">{t.link}</a>
      </p>
    </Document>
  )
}

/** A callback that cannot be used: old, used before, or not this browser's. It says the same for each. */
export const unusableCallbackPage = (): VNode => <UnusableCallbackPage />

const UnknownApprovalPage = (): VNode => {
  const t = useTexts().calendarCallback.unknown
  return (
    <Document title={t.title}>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <p>{t.otherwise}</p>
    </Document>
  )
}

/**
 * For an administrator whose state is none of ours. Her approval is given to the provider, so it holds whatever we think of
 * the state: nothing here may say that nothing was changed.
 */
export const unknownApprovalPage = (): VNode => <UnknownApprovalPage />

interface AdministratorDonePage {
  readonly outcome: Exclude<AdminConsentOutcome, 'unusable_state'>['outcome']
  readonly practice: Pick<Tenant, 'name'>
}

const AdministratorDonePage = ({ outcome, practice }: AdministratorDonePage): VNode => {
  const t = useTexts().calendarCallback.done
  return (
    <Document title={t.title}>
      <h1>{t.title}</h1>
      <p>{t[outcome](<Typed text={practice.name} />)}</p>
    </Document>
  )
}

/** For an administrator who is not one of our users. What she sent is not shown; what she did, her provider alone knows. */
export const administratorDonePage = pageOf(AdministratorDonePage)
