import type { BookingStore } from '../ports/booking-store.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarAccess, Grant } from '../ports/calendar-connector.ts'
import { CalendarError, type CalendarFailure } from '../ports/calendar-failure.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { ConnectionStore, FirstOutcome } from '../ports/connection-store.ts'
import type { IssueId } from '../ports/ids.ts'
import { StoreError } from '../ports/store-error.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { Listed } from './list-calendars.ts'
import { createNewAccount, type NewAccountParts } from './new-account.ts'
import { listStaged } from './redeem-reply.ts'
import type { StagedTokens } from './staged-tokens.ts'

/** For all that is asked of the provider about one token. */
const DEADLINE_MS = 20_000

/** A grant that this app registration was given by another program. */
export interface BroughtToken {
  readonly tenantId: string
  readonly provider: CalendarProviderType
  /** Secret. */
  readonly refreshToken: string
  readonly scopes: readonly string[]
  /** The most that is wanted; undefined: as much as the grant allows. */
  readonly access: CalendarAccess | undefined
  /** The account's address, or its id at the provider, where it is known whose it should be. */
  readonly account: string | undefined
}

/**
 * `connected`: or would be, where nothing is to be stored. `other_account`: the token is somebody else's than was said.
 * `refused`: the provider did, or could not be asked; `code` is its own. `not_stored`: our database failed, perhaps after storing it.
 */
export type ImportedToken =
  | { readonly outcome: 'connected'; readonly access: CalendarAccess; readonly calendars: number }
  | { readonly outcome: Exclude<FirstOutcome['outcome'], 'connected'> }
  | { readonly outcome: 'other_account' | 'no_calendar' | 'not_served' | 'unknown_practice' | 'not_stored' }
  | { readonly outcome: 'refused'; readonly reason: CalendarFailure; readonly code: string | undefined }

/**
 * Connects an account with a token brought from elsewhere, after the same checks as connecting makes: whose it is, what it may do,
 * which calendars it lists and whether they can be read. An account that is connected already stays as it is. Nothing is ever
 * revoked: the program that brought the token may live on it. With `store: false` it is checked alone.
 */
export type ImportToken = (brought: BroughtToken, options: { readonly store: boolean }) => Promise<ImportedToken>

export function createImportToken(
  parts: NewAccountParts & {
    readonly connections: Pick<ConnectionStore, 'storeFirst' | 'isConnected'>
    readonly tenants: Pick<TenantStore, 'byId'>
    readonly bookings: Pick<BookingStore, 'requeue'>
    readonly providers: CalendarRegistry
    readonly stagedTokens: StagedTokens
    readonly issueId: IssueId
  },
): ImportToken {
  const { clock, connections } = parts
  const newAccount = createNewAccount(parts)

  /** What stands in the way, as far as it is known without asking the provider. */
  async function before({ tenantId, provider, account }: BroughtToken): Promise<ImportedToken | undefined> {
    const receiving = (await connections.connected(tenantId)).find(({ role }) => role === 'receives')
    if (receiving === undefined) return undefined
    const isSame = receiving.provider === provider && isNamed(account, receiving)
    return { outcome: isSame ? 'already_connected' : 'other_connected' }
  }

  async function check(
    brought: BroughtToken,
    tenant: Tenant,
    binding: CalendarBinding,
  ): Promise<ImportedToken | { readonly grant: Grant; readonly listed: Listed }> {
    const { provider } = brought
    const signal = AbortSignal.timeout(DEADLINE_MS)
    const connectionId = parts.issueId()
    try {
      const adopted = await adopt(binding, brought, signal)
      if (adopted === undefined) return { outcome: 'not_served' }
      if (!isNamed(brought.account, adopted)) return { outcome: 'other_account' }
      const ref = { tenantId: tenant.id, connectionId }
      const found = await listStaged(parts.stagedTokens, ref, adopted, () =>
        newAccount.list({ tenant, binding, id: connectionId, provider, grant: adopted }, signal),
      )
      return found.listed.calendars.length === 0 ? { outcome: 'no_calendar' } : found
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      return { outcome: 'refused', reason: error.reason, code: error.code }
    }
  }

  /** What storing would come to. */
  async function foreseen(
    { tenantId, provider }: BroughtToken,
    { accountKey }: Grant,
  ): Promise<FirstOutcome['outcome']> {
    const mailbox = { provider, accountKey }
    const own = (await connections.connected(tenantId)).some((one) => one.accountKey === accountKey)
    if (own) return 'already_connected'
    return (await connections.isConnected(mailbox, clock.now())) ? 'connected_elsewhere' : 'connected'
  }

  const importToken: ImportToken = async (brought, { store }) => {
    const { tenantId, provider } = brought
    const tenant = await parts.tenants.byId(tenantId)
    if (tenant === undefined) return { outcome: 'unknown_practice' }
    const binding = parts.providers[provider]
    if (binding === undefined) return { outcome: 'not_served' }
    const standing = await before(brought)
    if (standing !== undefined) return standing
    const found = await check(brought, tenant, binding)
    if (!('grant' in found)) return found
    const { grant, listed } = found
    const connected = { outcome: 'connected' as const, access: grant.access, calendars: listed.calendars.length }
    if (!store) {
      const outcome = await foreseen(brought, grant)
      return outcome === 'connected' ? connected : { outcome }
    }
    const { calendars, unread = new Map() } = listed
    const stored = await connections.storeFirst({
      ...{ tenantId, userId: undefined, provider, grant, calendars, unread },
      now: clock.now(),
    })
    if (stored.outcome !== 'connected') return { outcome: stored.outcome }
    await newAccount.recordProbe({ tenant, binding, mailbox: { provider, accountKey: grant.accountKey } }, listed)
    await parts.bookings.requeue(tenantId)
    return connected
  }

  return async (brought, options) => {
    try {
      return await importToken(brought, options)
    } catch (error) {
      // What became of the others has to be said all the same.
      if (error instanceof StoreError) return { outcome: 'not_stored' }
      throw error
    }
  }
}

/** Whether an account is the one that was named, if one was. */
function isNamed(
  named: string | undefined,
  { accountKey, accountAddress }: Pick<Grant, 'accountKey'> & { readonly accountAddress?: string | undefined },
): boolean {
  const wanted = named?.toLowerCase()
  // Where a key names a directory before the account, the account's own id is often all that is known.
  const known = [accountKey, accountKey.split('.').at(-1), accountAddress].map((one) => one?.toLowerCase())
  return wanted === undefined || known.includes(wanted)
}

/** Undefined where the provider has no way. A grant that does not reach as far as bookings is taken over for reading. */
async function adopt(
  { connector }: CalendarBinding,
  { refreshToken, scopes, access }: BroughtToken,
  signal: AbortSignal,
): Promise<Grant | undefined> {
  const asked = { refreshToken, scopes, signal }
  try {
    return await connector.adopt?.({ ...asked, access: access ?? 'bookings' })
  } catch (error) {
    const mayReachLess =
      error instanceof CalendarError && ['forbidden', 'reconnect', 'admin_consent'].includes(error.reason)
    if (access !== undefined || !mayReachLess) throw error
    return connector.adopt?.({ ...asked, access: 'availability' })
  }
}
