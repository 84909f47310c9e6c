import type { ConnectionStore } from '../../src/ports/connection-store.ts'
import type { TestDatabase } from './database.ts'
import type { Practice } from './practice.ts'
import { newConnection } from './rows.ts'

type Provider = 'GOOGLE' | 'MICROSOFT'
export type More = { readonly provider?: Provider; readonly of?: Practice; readonly tokenCache?: string }

interface Current {
  readonly test: Pick<TestDatabase, 'pool'>
  readonly store: ConnectionStore
  readonly practice: Practice
}

/** What tests of several accounts of one practice do, to the practice that they have at the moment. */
export function storedAccounts(current: () => Current) {
  /** Keys are unlike other practices' unless they are named in full. */
  const keyOf = (account: string) => (account.includes(':') ? account : `${current().practice.tenantId}:${account}`)
  const brought = (
    account: string,
    { provider = 'GOOGLE', of = current().practice, tokenCache = account }: More = {},
  ) => newConnection(of, { provider, grant: { accountKey: keyOf(account), tokenCache } })
  /** The account that receives, at Microsoft. */
  const connect = async (account = 'clinic') =>
    (await current().store.store(brought(account, { provider: 'MICROSOFT' }))).connectionId
  const add = (account: string, more: More = {}) => current().store.storeFurther(brought(account, more), 'add')
  const added = async (account: string, more: More = {}): Promise<string> => {
    const outcome = await add(account, more)
    if (!('connectionId' in outcome)) throw new Error(outcome.outcome)
    return outcome.connectionId
  }
  const rowOf = async (id: string) =>
    (await current().test.pool.query('SELECT * FROM calendar_connection WHERE id = $1', [id])).rows[0]
  const inUse = async () =>
    (await current().store.connected(current().practice.tenantId)).map(({ id, role }) => `${role} ${id}`)
  const blocking = async (id: string) =>
    (await current().store.connected(current().practice.tenantId))
      .find((one) => one.id === id)
      ?.calendars.filter(({ blocks }) => blocks)

  return { brought, connect, add, added, rowOf, inUse, blocking }
}
