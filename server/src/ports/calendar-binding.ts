import type { BusyPolicy, CalendarConnector, ConnectionContext } from './calendar-connector.ts'
import type { CalendarFailure } from './calendar-failure.ts'
import type { ICalendarProvider } from './calendar-provider.ts'
import type { EventLookup } from './event-lookup.ts'
import type { EventMove } from './event-move.ts'

/** What a callback without a code means. */
export type ConsentOutcome =
  | 'declined_or_admin' // the therapist declined, or her organisation wants an administrator first: it did not say which
  | 'admin_consent' // her organisation wants an administrator first
  | 'failed' // anything else

/** What one provider brings to the composition root. */
export interface CalendarBinding {
  readonly connector: CalendarConnector
  /** The calendar of one connection. Acquires nothing, so it needs no closing and may be asked for before each use. */
  calendarFor(context: ConnectionContext): ICalendarProvider & EventLookup & EventMove
  /** Reads the OAuth error of a callback (RFC 6749 section 4.1.2.1). */
  consentOutcome(error: string, subError: string | undefined, description: string | undefined): ConsentOutcome
  readonly features: CalendarFeatures
}

/** What pages say of a provider, in one language. */
export interface ProviderWords {
  /** As the therapist knows it: "Outlook". */
  readonly label: string
  /** The words its branding rules ask for on the button that starts the sign-in. */
  readonly signInLabel: string
  /** What to know of its pages before leaving for them; undefined where they speak for themselves. */
  readonly beforeSignIn?: string
  /** Pages of the provider on which the therapist removes our access herself. */
  readonly accessRemovalUrls: readonly { readonly label: string; readonly url: string }[]
  /** What each failure means for the therapist, where this provider has more to say than the common sentence. */
  readonly sentences: Partial<Readonly<Record<CalendarFailure, string>>>
}

/** Differences between providers, as data, so that no code outside an adapter asks which provider it is. Its words are English. */
export interface CalendarFeatures extends ProviderWords {
  /** The path word of its routes, `/settings/calendar/callback/<slug>`. */
  readonly slug: string
  /** The company that runs it: "Microsoft". */
  readonly company: string
  /** The words in other languages, by language tag (BCP 47). */
  readonly wordsIn?: Readonly<Record<string, ProviderWords>>
  /** Its mark beside `signInLabel`, as its brand rules want it: filled shapes on a square of `size`. */
  readonly mark?: {
    readonly size: number
    readonly shapes: readonly { readonly path: string; readonly fill: string }[]
  }
  /** Origins of the issuers that may name themselves in a callback (`iss` of RFC 9207). */
  readonly issuerOrigins: readonly string[]
  /** The name of its video calls, "Google Meet"; undefined where it has none to give. */
  readonly onlineMeeting: string | undefined
  /** The kinds of time that it tells apart from busy, and about which the therapist may therefore decide. */
  readonly busyChoices: readonly (keyof BusyPolicy)[]
}

/** The same provider in another language, where it has words in it. */
export const featuresIn = (features: CalendarFeatures, language: string): CalendarFeatures => ({
  ...features,
  ...features.wordsIn?.[language],
})
