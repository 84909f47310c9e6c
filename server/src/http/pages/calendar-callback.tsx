import type { VNode } from 'preact'
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
 * For an administrator whose state is over, or none of ours. Her approval is given to the provider, so it holds whatever we
 * think of the state: nothing here may say that nothing was changed.
 */
export const lateApprovalPage = (): VNode => (
  <Document title="We do not know this link any more">
    <h1>We do not know this link any more</h1>
    <p>
      If you approved just now, that holds: it was given to the company that keeps your accounts, not to us. Tell the
      person who asked you that they can connect their calendar now.
    </p>
    <p>If it does not work for them, ask them for a new link. Links end after a week.</p>
  </Document>
)

/** For an administrator who is not one of our users. What she sent is neither shown nor believed. */
export const administratorDonePage = (): VNode => (
  <Document title="You can close this page">
    <h1>You can close this page</h1>
    <p>
      If you approved, tell the person who asked you that they can connect their calendar now. Nothing else is needed
      from you.
    </p>
  </Document>
)
