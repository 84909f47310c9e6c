import type { BusyPolicy, CalendarConnector, ConnectionContext } from './calendar-connector.ts'
import type { CalendarFailure, ICalendarProvider } from './calendar-provider.ts'

/** What a callback without a code means. */
export type ConsentOutcome =
  | 'declined_or_admin' // the therapist declined, or her organisation wants an administrator first: it did not say which
  | 'admin_consent' // her organisation wants an administrator first
  | 'failed' // anything else

/** What one provider brings along; the composition root holds one for each provider. */
export interface CalendarBinding {
  readonly connector: CalendarConnector
  /** Acquires nothing: it may be asked for as often as a calendar is used. */
  calendarFor(context: ConnectionContext): ICalendarProvider
  /** Reads the OAuth error of a callback (RFC 6749 section 4.1.2.1). */
  consentOutcome(error: string, subError: string | undefined, description: string | undefined): ConsentOutcome
  readonly features: CalendarFeatures
}

/** Differences between providers, as data: nobody outside an adapter asks which provider it is. */
export interface CalendarFeatures {
  /** The path word of its routes, `/settings/calendar/callback/<slug>`. */
  readonly slug: string
  /** As the therapist knows it: "Outlook". */
  readonly label: string
  /** Who runs it: "Microsoft". */
  readonly company: string
  /** The words its branding rules ask for on the button that leaves for it. */
  readonly signInLabel: string
  /** Its mark beside that label, as its brand rules want it: filled shapes on a square of `size`. */
  readonly mark?: {
    readonly size: number
    readonly shapes: readonly { readonly path: string; readonly fill: string }[]
  }
  /** Origins a form post may be redirected to, for `form-action` of the CSP. */
  readonly formOrigins: readonly string[]
  readonly onlineMeeting: string | undefined
  /** What it tells apart from plainly busy time, so that the therapist may decide about it. */
  readonly busyChoices: readonly (keyof BusyPolicy)[]
  /** Where the account's owner removes our access herself. */
  readonly accessRemovalUrls: readonly { readonly label: string; readonly url: string }[]
  /** What each failure means for the therapist, where this provider has more to say than the common sentence. */
  readonly sentences: Partial<Readonly<Record<CalendarFailure, string>>>
}
