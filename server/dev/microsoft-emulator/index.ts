import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Account, type AccountDraft } from './accounts.ts'
import type { Cloud, Quirks } from './cloud.ts'
import { createTokenEndpoint, type TokenFlaws } from './entra-token.ts'
import { idOf } from './event-resource.ts'
import type { EventDraft, StoredEvent } from './events.ts'
import { Faults } from './faults.ts'
import { Grants } from './grants.ts'
import { createGraph } from './graph.ts'
import { Journal } from './journal.ts'
import { Calendar, type CalendarSettings, type EventEdit } from './mailbox.ts'
import { createPages } from './pages.ts'
import { isExpandable } from './recurrence.ts'
import { createListener } from './server.ts'
import { type Decision, walkThrough } from './sign-in.ts'
import { publicKeys } from './signing.ts'
import { DEFAULT_CHALLENGE, disturbed } from './spoil.ts'

export type { Account, AccountDraft } from './accounts.ts'
export type { TokenFlaws } from './entra-token.ts'
export type { EventDraft, StoredEvent } from './events.ts'
export type { Fault, FaultHandle, Match } from './faults.ts'
export type { JournalEntry } from './journal.ts'
export type { Calendar } from './mailbox.ts'
export type { Decision } from './sign-in.ts'

export interface EmulatorOptions {
  /** Default 0: any free port. Always on 127.0.0.1. */
  port?: number
  clientId: string
  clientSecret: string
  redirectUris: readonly string[]
  now?: () => Date
  /** Delay before every Graph and token answer; settable later. */
  latencyMs?: number
  /** The largest page, whatever `$top` says (default 1000). */
  maxPageSize?: number
  /** Default: a random length of 60 to 90 minutes, as at Entra. */
  accessTokenSeconds?: number
}

/** Chooses a calendar: itself, its name or id; nothing means the default one. */
export type Which = Calendar | string | undefined

export interface MicrosoftEmulator {
  /** Serves as MICROSOFT_AUTHORITY_URL and as MICROSOFT_GRAPH_URL. */
  readonly origin: string
  readonly journal: Journal
  readonly faults: Faults
  readonly quirks: Quirks
  /** Outlook's limits per mailbox: `concurrency` (4) and `requestsPerTenMinutes` (no limit here unless set). */
  readonly limits: Cloud['limits']
  readonly accounts: readonly Account[]
  readonly names: Cloud['names']
  readonly clientSecrets: Cloud['clientSecrets']
  latencyMs: number

  /** A new account with an empty default calendar. */
  addAccount(draft: AccountDraft): Account
  calendar(account: Account, which?: Which): Calendar
  addCalendar(account: Account, name: string, settings?: CalendarSettings): Calendar
  removeCalendar(account: Account, which: Which): void
  addEvent(account: Account, draft: EventDraft, which?: Which): StoredEvent
  /** `false` when it was not there. */
  removeEvent(account: Account, event: StoredEvent | string): boolean
  moveEvent(account: Account, event: StoredEvent | string, to: Which): void
  /** As a person in Outlook would. */
  editEvent(account: Account, event: StoredEvent | string, change: EventEdit): void
  /** As a person in Outlook would, in the event's own zone; its ids stay. */
  makeSeries(account: Account, event: StoredEvent | string, recurrence: NonNullable<EventDraft['recurrence']>): void
  /** The immutable id of the occurrence on a date of the series (`YYYY-MM-DD`), an exception's too. */
  occurrenceId(account: Account, event: StoredEvent | string, date: string): string
  /** All events of one calendar, or of all of them. */
  events(account: Account, which?: Which): StoredEvent[]
  /** By ordinary or immutable id. */
  event(account: Account, id: string): StoredEvent | undefined
  /** Shows events that `quirks.hideNewEvents` kept out of listings. */
  settle(): void
  /** Forgets transactionIds; how long Outlook keeps them is not documented. */
  forgetTransactions(account: Account): void

  /** Goes through sign-in and consent as a person would; returns the callback URL. */
  signIn(authorizeUrl: string, account: Account, decision?: Decision): Promise<string>
  /** As the administrator of the account's tenant, at an admin-consent URL. */
  decideAsAdmin(adminConsentUrl: string, account: Account, decision: 'approve' | 'deny'): Promise<string>
  /** An access token and a refresh token without the pages, for tests of Graph alone. */
  issueTokens(account: Account, scopes: readonly string[]): { accessToken: string; refreshToken: string }
  /** The next token answers have these flaws. */
  spoilNextTokens(flaws: TokenFlaws, times?: number): void
  /** Refresh tokens of the account answer invalid_grant, with this AADSTS number (50173). */
  revoke(account: Account, aadsts?: number): void
  expireAccessTokens(account?: Account): void
  withdrawConsent(account: Account): void
  /** The directory of the account's tenant keeps the application out, with this AADSTS number; without one, no longer. */
  keepOut(account: Account, aadsts?: number): void
  /** Access tokens are challenged until one is asked for with these claims. */
  challenge(account: Account, claims?: string): void
  /** All that there are. */
  setClientSecretExpired(expired: boolean): void
  close(): Promise<void>
}

export async function startMicrosoftEmulator(options: EmulatorOptions): Promise<MicrosoftEmulator> {
  const now = options.now ?? (() => new Date())
  const cloud: Cloud = {
    origin: '',
    names: { endpoints: '', issuer: '', graph: '' },
    now,
    clientId: options.clientId,
    clientSecrets: new Map([[options.clientSecret, 'valid']]),
    redirectUris: options.redirectUris,
    maxPageSize: options.maxPageSize ?? 1000,
    accessTokenSeconds: options.accessTokenSeconds,
    accounts: [],
    grants: new Grants(now),
    faults: new Faults(),
    journal: new Journal(),
    quirks: {
      poison: false,
      answersWithoutJoinUrl: 0,
      lateTransactionIds: false,
      hideNewEvents: false,
      duplicateTransactionStatus: 400,
      allDay: 'midnight',
      strictRotation: false,
      signInHosts: [],
    },
    limits: { concurrency: 4, requestsPerTenMinutes: Number.POSITIVE_INFINITY },
    latencyMs: options.latencyMs ?? 0,
  }
  const flaws: TokenFlaws[] = []
  const token = createTokenEndpoint(cloud, () => flaws.shift() ?? {})
  const server = createListener(cloud, {
    graph: createGraph(cloud),
    token: disturbed(cloud, token),
    pages: disturbed(cloud, createPages(cloud)),
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), publicKeys()])
  cloud.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  Object.assign(cloud.names, { endpoints: cloud.origin, issuer: cloud.origin, graph: cloud.origin })
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return handle(cloud, flaws, close)
}

function handle(cloud: Cloud, flaws: TokenFlaws[], close: () => Promise<void>): MicrosoftEmulator {
  return {
    origin: cloud.origin,
    journal: cloud.journal,
    faults: cloud.faults,
    quirks: cloud.quirks,
    limits: cloud.limits,
    accounts: cloud.accounts,
    names: cloud.names,
    clientSecrets: cloud.clientSecrets,
    get latencyMs() {
      return cloud.latencyMs
    },
    set latencyMs(value) {
      cloud.latencyMs = value
    },
    addAccount(draft) {
      const account = new Account(draft, cloud.now)
      cloud.accounts.push(account)
      return account
    },
    ...calendarControls(cloud),
    ...signInControls(cloud, flaws),
    close,
  }
}

function pick(account: Account, which: Which): Calendar {
  const found = which instanceof Calendar ? which : account.mailbox.calendar(which)
  if (!found) throw new Error(`${account.address} has no calendar ${String(which)}`)
  return found
}

const find = (account: Account, event: StoredEvent | string): StoredEvent | undefined =>
  typeof event === 'string' ? account.mailbox.event(event) : event

function existing(account: Account, event: StoredEvent | string): StoredEvent {
  const found = find(account, event)
  if (!found) throw new Error('there is no such event')
  return found
}

function calendarControls(cloud: Cloud) {
  return {
    calendar: pick,
    addCalendar(account, name, settings) {
      const calendar = new Calendar(account.mailbox, name, settings)
      account.mailbox.calendars.push(calendar)
      return calendar
    },
    removeCalendar(account, which) {
      const { calendars } = account.mailbox
      calendars.splice(calendars.indexOf(pick(account, which)), 1)
    },
    addEvent: (account, draft, which) => pick(account, which).add(draft),
    removeEvent: (account, event) => find(account, event)?.calendar.remove(event) ?? false,
    moveEvent: (account, event, to) => account.mailbox.move(existing(account, event), pick(account, to)),
    editEvent: (account, event, change) => existing(account, event).calendar.edit(existing(account, event), change),
    makeSeries(account, event, recurrence) {
      if (!isExpandable(recurrence)) throw new Error('no such series')
      existing(account, event).calendar.makeSeries(existing(account, event), recurrence)
    },
    occurrenceId(account, event, date) {
      return idOf(existing(account, event).occurrence(date), { immutableIds: true })
    },
    events: (account, which) =>
      (which === undefined ? account.calendars : [pick(account, which)]).flatMap((calendar) => calendar.events()),
    event: (account, id) => account.mailbox.event(id),
    settle() {
      for (const calendar of cloud.accounts.flatMap((account) => account.calendars)) {
        for (const event of calendar.events()) event.hidden = false
        calendar.changed()
      }
    },
    forgetTransactions: (account) => account.mailbox.transactions.clear(),
  } satisfies Partial<MicrosoftEmulator>
}

function signInControls(cloud: Cloud, flaws: TokenFlaws[]) {
  const { grants } = cloud
  return {
    signIn: (url, account, decision = 'accept') => walkThrough(url, account.address, decision),
    decideAsAdmin: (url, account, decision) => walkThrough(url, account.address.split('@')[1] ?? '', decision),
    issueTokens(account, scopes) {
      for (const scope of scopes) account.consents.add(scope)
      return grants.issueDirectly(account, scopes, cloud.accessTokenSeconds ?? 3600)
    },
    spoilNextTokens: (flaw, times = 1) => void flaws.push(...Array<TokenFlaws>(times).fill(flaw)),
    revoke: (account, aadsts = 50173) => grants.revoke(account, aadsts),
    expireAccessTokens: (account) => grants.expireAccessTokens(account),
    withdrawConsent: (account) => grants.withdrawConsent(account),
    keepOut: (account, aadsts) => grants.keepOut(account, aadsts),
    challenge: (account, claims = DEFAULT_CHALLENGE) => grants.challenge(account, claims),
    setClientSecretExpired(expired) {
      for (const secret of cloud.clientSecrets.keys()) cloud.clientSecrets.set(secret, expired ? 'expired' : 'valid')
    },
  } satisfies Partial<MicrosoftEmulator>
}
