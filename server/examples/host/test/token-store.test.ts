import { randomUUID } from 'node:crypto'
import { type ConnectionRef, createKeyRing } from 'booking-calendar-adapter'
import { AGAIN, describeTokenVault, FIRST, type VaultUnderTest } from 'booking-calendar-adapter/testing'
import { openDatabase } from '../src/database.js'
import { createConnections } from '../src/microsoft/connections.js'
import { createTokenStore } from '../src/microsoft/token-store.js'

const database = openDatabase(process.env.DATABASE_URL ?? '')
const ring = createKeyRing([{ kid: 'test', key: new Uint8Array(32).fill(7) }])
const vault = createTokenStore(database, ring)
const another = createTokenStore(openDatabase(process.env.DATABASE_URL ?? ''), ring)
const connections = createConnections(database, ring)
const row = ({ connectionId: id }: ConnectionRef) => ({ where: { id } })

const newTenant = async (): Promise<string> =>
  (await database.tenant.create({ data: { apiToken: randomUUID(), timeZone: 'Europe/Berlin' } })).id

const grantOf = (accountKey: string, tokens: typeof FIRST) => ({ ...tokens, accountKey, access: 'bookings' as const })

async function connectAs(accountKey: string): Promise<ConnectionRef> {
  const ref = { tenantId: await newTenant(), connectionId: randomUUID() }
  await connections.add(ref.tenantId, ref.connectionId, grantOf(accountKey, FIRST), [])
  return ref
}

const sealed = async (ref: ConnectionRef) => (await database.calendarConnection.findUniqueOrThrow(row(ref))).tokenCache
const change = async (ref: ConnectionRef, data: object): Promise<ConnectionRef> => {
  await database.calendarConnection.update({ ...row(ref), data })
  return ref
}
const lonely = () => connectAs(randomUUID())

async function open(): Promise<VaultUnderTest> {
  const prefix = randomUUID()
  return {
    vault,
    another,
    connect: (account) => connectAs(`${prefix}.${account ?? randomUUID()}`),
    async reconnect(ref) {
      const found = await database.calendarConnection.findUniqueOrThrow(row(ref))
      await connections.renew(found, grantOf(found.accountKey, AGAIN), [])
    },
    disconnect: async (ref) => connections.remove(await database.calendarConnection.findUniqueOrThrow(row(ref))),
    async pass(milliseconds) {
      const seconds = milliseconds / 1000
      await database.$executeRaw`UPDATE "CalendarConnection" SET "leaseUntil" = "leaseUntil" - make_interval(secs => ${seconds})`
      await database.$executeRaw`UPDATE "CalendarPause" SET "until" = "until" - make_interval(secs => ${seconds})`
    },
    ciphertexts: {
      copyToAnotherRow: async () => change(await lonely(), { tokenCache: await sealed(await lonely()) }),
      async moveToAnotherTenant() {
        const [ref, tenantId] = [await lonely(), await newTenant()]
        await change(ref, { tenantId })
        return { ...ref, tenantId }
      },
      changeTheProvider: async () => change(await lonely(), { provider: 'GOOGLE' }),
      async replaceByAnotherField() {
        const ref = await lonely()
        const { connectionId: rowId, tenantId } = ref
        const other = {
          table: 'CalendarConnection',
          tenantId,
          rowId,
          provider: 'MICROSOFT',
          field: 'accountAddress',
          version: 1,
        }
        return change(ref, { tokenCache: ring.encrypt(other, 'ada@practice.example') })
      },
      async writeBackTheEarlierVersion() {
        const ref = await lonely()
        const earlier = await sealed(ref)
        await vault.commit(ref, (await vault.lease(ref, 1000)) ?? '', 1, AGAIN)
        return change(ref, { tokenCache: earlier })
      },
    },
  }
}

describeTokenVault('the host over Prisma', open)
