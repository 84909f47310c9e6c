import type { GoogleConfig } from '../../src/adapters/google-calendar/config.ts'
import type { MicrosoftConfig } from '../../src/adapters/microsoft-calendar/config.ts'

export interface EmulatorSettings {
  /** Where the host lets the provider send browsers back to. */
  readonly redirectUris: readonly string[]
  /** The real time where it is absent. */
  readonly now?: () => Date
  /** Default 0: any free port. Always on 127.0.0.1. */
  readonly port?: number
}

export interface EmulatedEvent {
  readonly id: string
  readonly start: Date
  readonly end: Date
  readonly title: string
  readonly isPrivate: boolean
  readonly guests: readonly string[]
}

/** A provider on this machine, and a hand that reaches behind it. Accounts are named by their addresses. */
export interface CalendarEmulator<Config> {
  readonly origin: string
  /** To make the calendar binding with. */
  readonly config: Config
  /** A new account with calendars of its own. */
  addAccount(address: string): void
  /** As its owner, who is busy then; gives the event's id. */
  addEvent(address: string, event: { readonly start: Date; readonly end: Date; readonly title?: string }): string
  /** As its owner. */
  removeEvent(address: string, id: string): void
  /** In all of its calendars. */
  events(address: string): readonly EmulatedEvent[]
  /** Walks through sign-in and consent as the account's owner would; gives the address that her browser is sent back to. */
  signIn(authorizationUrl: string, address: string, decision?: 'accept' | 'decline'): Promise<string>
  /** The owner takes her consent back: neither the tokens that are out nor refreshing work any more. */
  revoke(address: string): void
  /** The access tokens that are out have ended; they can be refreshed. */
  endAccessTokens(): void
  /** Calls to calendars are answered 503 until `recover`. */
  fail(): void
  /** Calls to calendars are answered 429 with this Retry-After until `recover`. */
  throttle(seconds: number): void
  recover(): void
  close(): Promise<void>
}

export type MicrosoftCalendarEmulator = CalendarEmulator<MicrosoftConfig>
export type GoogleCalendarEmulator = CalendarEmulator<GoogleConfig>
