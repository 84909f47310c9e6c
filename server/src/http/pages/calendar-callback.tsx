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
