import type { VNode } from 'preact'
import type { Tenant } from '../../ports/tenant-store.ts'
import type { AdminConsentOutcome } from '../../services/admin-consent.ts'
import { Typed } from './components.tsx'
import { Document } from './layout.tsx'

/** A callback that cannot be used: old, used before, or not this browser's. It says the same for each. */
export const unusableCallbackPage = (): VNode => (
  <Document title="This link was already used">
    <h1>This link was already used</h1>
    <p>
      It works once, for ten minutes, in the browser that asked for it. Nothing was changed: a calendar that was
      connected still is.
    </p>
    <p>
      <a href="/settings/calendar">Go to your calendar settings</a>
    </p>
  </Document>
)

/**
 * For an administrator whose state is none of ours. Her approval is given to the provider, so it holds whatever we think of
 * the state: nothing here may say that nothing was changed.
 */
export const unknownApprovalPage = (): VNode => (
  <Document title="We do not know this link">
    <h1>We do not know this link</h1>
    <p>
      If you approved just now, that holds: it was given to the company that keeps your accounts, not to us. Tell the
      person who asked you that they can connect their calendar now.
    </p>
    <p>If it does not work for them, ask them for a new link.</p>
  </Document>
)

type Answered = Exclude<AdminConsentOutcome, 'unusable_state'>['outcome']

const ANSWERED: Readonly<Record<Answered, (name: VNode) => VNode>> = {
  approved: (name) => (
    <p>
      If you approved for the organisation of {name}, tell {name} that they can connect their calendar now. Nothing else
      is needed from you.
    </p>
  ),
  refused: (name) => (
    <p>
      We were told that it was not approved, so {name} cannot connect a calendar of your organisation. If that was a
      mistake, open the link again and approve.
    </p>
  ),
  late: (name) => (
    <p>
      The link of {name} has ended. If you approved just now, that holds all the same: it was given to the company that
      keeps your accounts, not to us. Tell {name} that they can connect their calendar now.
    </p>
  ),
}

/** For an administrator who is not one of our users. What she sent is not shown; what she did, her provider alone knows. */
export const administratorDonePage = ({
  outcome,
  practice,
}: {
  readonly outcome: Answered
  readonly practice: Pick<Tenant, 'name'>
}): VNode => (
  <Document title="You can close this page">
    <h1>You can close this page</h1>
    {ANSWERED[outcome](<Typed text={practice.name} />)}
  </Document>
)
