import { randomUUID } from 'node:crypto'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import type { CalendarProviderType } from '../../src/ports/calendar-provider-type.ts'
import type { CalendarRegistry } from '../../src/ports/calendar-registry.ts'
import type { EventComparisonStore } from '../../src/ports/event-comparison-store.ts'
import { type CompareEvents, createCompareEvents } from '../../src/services/compare-events.ts'
import type { TestDatabase } from './database.ts'
import { LogRecorder } from './log-recorder.ts'
import { createPractice, type Practice } from './practice.ts'
import { createConnection } from './rows.ts'

interface Placed {
  readonly id: string
  readonly eventId: string
  readonly start: Date
  readonly end: Date
}

export interface Scene {
  readonly practice: Practice
  readonly connectionId: string
  readonly compare: CompareEvents
  readonly addFurther: (other: Other) => Promise<string>
}

type Other = { readonly provider: CalendarProviderType; readonly calendarIds: readonly string[] }

/** Practices whose written events are compared, without an application. */
export function comparisonScenes(test: TestDatabase, comparisons: EventComparisonStore, now: () => Date) {
  /** Confirmed sessions whose events are written. */
  async function place(practice: Practice, connectionId: string, events: readonly Omit<Placed, 'id'>[]) {
    const placed = events.map((event): Placed => ({ id: randomUUID(), ...event }))
    await test.pool.query(
      `INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
         client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status, event_id,
         event_connection_id)
       SELECT e.id, $1, $2, e.starts, e.ends, e.starts, e.ends, 'A client', 'a@client.example', e.id, e.id, 'r', 'FRESH',
         'WRITTEN', e.event, $3
       FROM unnest($4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::text[]) AS e (id, starts, ends, event)`,
      [
        practice.tenantId,
        practice.serviceId,
        connectionId,
        placed.map(({ id }) => id),
        placed.map(({ start }) => start),
        placed.map(({ end }) => end),
        placed.map(({ eventId }) => eventId),
      ],
    )
    return placed
  }

  /** The calendars of these ids block. */
  async function sceneOf(
    provider: CalendarProviderType,
    providers: CalendarRegistry,
    calendarIds: readonly string[] = [],
  ): Promise<Scene> {
    const practice = await createPractice(test.database)
    await test.pool.query('UPDATE tenant SET calendar_provider = $2 WHERE id = $1', [practice.tenantId, provider])
    const connect = async (one: Other, further: boolean) => {
      const connectionId = await createConnection(test.database, practice.tenantId, '{}', {
        provider: one.provider,
        further,
      })
      await test.database.connectedCalendar.createMany({
        data: one.calendarIds.map((externalId, n) => ({
          ...{ id: randomUUID(), tenantId: practice.tenantId, connectionId, provider: one.provider, externalId },
          ...{ name: 'Calendar', isDefault: n === 0 },
        })),
      })
      return connectionId
    }
    const connectionId = await connect({ provider, calendarIds }, false)
    const compare = createCompareEvents({
      tenants: createTenantStore(test.database),
      connections: createConnectionStore(test.database),
      comparisons,
      providers,
      clock: { now },
      log: new LogRecorder(),
    })
    return { practice, connectionId, compare, addFurther: (other) => connect(other, true) }
  }

  return { place, sceneOf }
}
