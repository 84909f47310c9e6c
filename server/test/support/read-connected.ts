import type { ConnectionStore } from '../../src/ports/connection-store.ts'
import type { Tenant } from '../../src/ports/tenant-store.ts'
import type { ReadFreeBusy } from '../../src/services/read-free-busy.ts'

type Read<Name extends keyof ReadFreeBusy> =
  Parameters<ReadFreeBusy[Name]> extends [unknown, ...infer Rest]
    ? (tenant: Tenant, ...rest: Rest) => ReturnType<ReadFreeBusy[Name]>
    : never

/** Reads the accounts that a tenant has then. */
export interface ReadConnected {
  readonly forSlots: Read<'forSlots'>
  readonly forConfirmation: Read<'forConfirmation'>
}

export const readConnected = (
  reader: ReadFreeBusy,
  { connected }: Pick<ConnectionStore, 'connected'>,
): ReadConnected => {
  const accountsOf = async (tenant: Tenant) => ({ tenant, connections: await connected(tenant.id) })
  return {
    forSlots: async (tenant, ...rest) => reader.forSlots(await accountsOf(tenant), ...rest),
    forConfirmation: async (tenant, ...rest) => reader.forConfirmation(await accountsOf(tenant), ...rest),
  }
}
