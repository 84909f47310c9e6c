import { randomBytes, randomUUID } from 'node:crypto'
import type { EventDraft, StoredEvent } from './events.ts'
import { type Calendar, Mailbox } from './mailbox.ts'

/** The tenant of every personal Microsoft account. */
export const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad'

export interface AccountDraft {
  kind: 'work' | 'personal' | 'guest'
  address: string
  name?: string
  tid?: string
  oid?: string
  /** A Windows zone name. */
  timeZone?: string
  /** `none`: 404 MailboxNotEnabledForRESTAPI; `unlicensed`: 403; `policy`: 403 "Access to OData is disabled." */
  mailbox?: 'ok' | 'none' | 'unlicensed' | 'policy'
  /** Whether Teams may hold its online meetings; personal accounts never have it. */
  teams?: boolean
  /**
   * `admin-approval`: the "Need admin approval" page; `admin-error`: straight back with AADSTS90094; both for what goes beyond
   * signing in. `off`: that page for every scope, those of signing in as well.
   */
  userConsent?: 'allowed' | 'admin-approval' | 'admin-error' | 'off'
}

export class Account {
  readonly kind: AccountDraft['kind']
  readonly address: string
  readonly name: string
  readonly tid: string
  readonly oid: string
  /** Pairwise per application, so not the oid. */
  readonly sub = randomBytes(32).toString('base64url')
  readonly mailbox: Mailbox
  mailboxState: NonNullable<AccountDraft['mailbox']>
  teams: boolean
  userConsent: NonNullable<AccountDraft['userConsent']>
  /** Scopes this person consented to. */
  readonly consents = new Set<string>()

  constructor(draft: AccountDraft, now: () => Date) {
    this.kind = draft.kind
    this.address = draft.address
    this.name = draft.name ?? draft.address.split('@')[0] ?? draft.address
    this.tid = draft.kind === 'personal' ? PERSONAL_TENANT : (draft.tid ?? randomUUID())
    const personal = `00000000-0000-0000-${randomBytes(2).toString('hex')}-${randomBytes(6).toString('hex')}`
    this.oid = draft.oid ?? (draft.kind === 'personal' ? personal : randomUUID())
    this.mailbox = new Mailbox(
      {
        name: this.name,
        address: this.address,
        timeZone: draft.timeZone ?? 'W. Europe Standard Time',
        meetings: draft.kind !== 'personal',
      },
      now,
    )
    this.mailboxState = draft.mailbox ?? 'ok'
    this.teams = draft.kind === 'work' && (draft.teams ?? true)
    this.userConsent = draft.userConsent ?? 'allowed'
  }

  get calendars(): readonly Calendar[] {
    return this.mailbox.calendars
  }

  get timeZone(): string {
    return this.mailbox.timeZone
  }

  addEvent(draft: EventDraft): StoredEvent {
    return this.mailbox.defaultCalendar.add(draft)
  }
}
