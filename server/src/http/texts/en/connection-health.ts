import type { HealthState } from '../../../domain/connection-health.ts'
import { counting } from '../counting.ts'

const counted = counting('en')

/** Follows "Clients cannot book.", where sessions are to come. */
const safe = (sessions: number): string =>
  sessions === 0 ? '' : ` Your ${counted(sessions, 'session is', 'sessions are')} safe.`

interface Context {
  /** What the therapist calls the provider's calendar. */
  readonly label: string
  readonly company: string
  /** "9:14am". */
  readonly since: string
  /** How many are to come. */
  readonly sessions: number
  /** Calendars that make her busy and cannot be read; whether no other one does. */
  readonly unread: { readonly names: string; readonly several: boolean; readonly all: boolean }
}

interface Words {
  /** What the connection is, in two or three words. */
  readonly status: string
  /** What has happened and what it means; empty where nothing needs saying. */
  readonly text: (context: Context) => string
}

const states: Readonly<Record<HealthState, Words>> = {
  none: {
    status: 'Not connected',
    text: () => 'Clients see your working hours without your calendar.',
  },
  ok: { status: 'Connected', text: () => '' },
  read_only: {
    status: 'Connected, reading only',
    text: ({ label }) => `We see when you are busy. Sessions stay here and are not written to ${label}.`,
  },
  failing: {
    status: 'Not answering',
    text: ({ label, since }) =>
      `${label} has not answered since ${since}. We keep trying. Clients cannot book until it does.`,
  },
  unusable: {
    status: 'Answer not understood',
    text: ({ label, since }) =>
      `${label} answers, but since ${since} with something we cannot use: an event that ends before it begins, for example. We guess at nothing, so clients cannot book until it is mended. Look in your calendar for an event that was entered wrongly. We read it again with every client.`,
  },
  reconnect: {
    status: 'Needs reconnecting',
    text: ({ company, since, sessions }) =>
      `${company} has not let us in since ${since}. Clients cannot book.${safe(sessions)}`,
  },
  admin_consent: {
    status: 'Needs an administrator',
    text: ({ since, sessions }) =>
      `Your organisation has not let this app in since ${since}. Clients cannot book.${safe(sessions)} Ask your administrator to approve it again or, where it was switched off, to switch it on.`,
  },
  forbidden: {
    status: 'Not allowed',
    text: ({ label, since, sessions }) =>
      `${label} has not let this account share its calendar since ${since}. Clients cannot book.${safe(sessions)} Connect again, or use another account.`,
  },
  calendar_unread: {
    status: 'Calendar not readable',
    text: ({ since, sessions, unread: { names, several, all } }) => {
      const it = several ? 'them' : 'it'
      return `We have not been able to read ${names} since ${since}. We guess at nothing, so clients cannot book.${safe(sessions)} Untick ${it}${all ? ', tick another calendar' : ''} and save: clients can book again at once, but also while you are busy in ${it}. If you leave ${it} ticked, we try again with every client.`
    },
  },
  calendar_gone: {
    status: 'Calendar gone',
    text: ({ label, since }) =>
      `A calendar you chose has been missing from ${label} since ${since}. Clients cannot book until you connect again or choose another account.`,
  },
  our_fault: {
    status: 'Broken on our side',
    text: ({ since }) =>
      `Since ${since} we cannot read your calendar, and clients cannot book. This is our fault, not yours: you need not reconnect. If it lasts, tell whoever runs this site.`,
  },
}

export const connectionHealth = {
  region: 'Calendar connection',
  goToSettings: 'Go to your calendar settings',
  yourCalendar: 'Your calendar',
  yourProvider: 'Your provider',
  /** The status `calendar_unread` of several. */
  severalUnread: 'Calendars not readable',
  states,
}
