import {
  bookMany,
  type Cause,
  EVENTS,
  fewSlots,
  first,
  hold,
  holdWrites,
  letGo,
  manySlots,
  OF_GRAPH,
  READS,
  releaseWrites,
} from './alarm-scene.ts'
import { ask } from './real-postgres.ts'
import { fromAnywhere, slotsUrl } from './visitors.ts'

/** Causes that lie with a provider, with what we are there, or with events that are to be written there. */
export const OF_PROVIDERS: readonly Cause[] = [
  {
    what: 'Outlook refuses to write an event (403)',
    fires: ['BookingAlarm'],
    async begin(scene) {
      scene.world.microsoft.faults.failNext(EVENTS, { status: 403, code: 'ErrorAccessDenied' }, { times: Infinity })
      await bookMany(scene, 1)
    },
    end: async ({ world }) => world.microsoft.faults.clear(),
  },
  {
    what: 'Graph answers after three seconds',
    fires: ['BookingSlow'],
    async begin(scene) {
      manySlots(scene)
      scene.visitors.pages = 0
      scene.world.microsoft.latencyMs = 3_000
    },
    end: async ({ world }) => {
      world.microsoft.latencyMs = 0
    },
  },
  {
    what: 'all that one practice may write at a time is held up, and ten minutes go by',
    fires: ['BookingQueueLate'],
    async begin(scene) {
      fewSlots(scene)
      holdWrites(scene)
      await bookMany(scene, 6)
      await ask(
        scene.url,
        `UPDATE graphile_worker._private_jobs SET run_at = run_at - interval '10 minutes' WHERE locked_at IS NULL`,
      )
    },
    end: releaseWrites,
  },
  {
    what: 'a process that lives on keeps the lock of an event for an hour',
    fires: ['BookingOutboxLate'],
    async begin(scene) {
      holdWrites(scene)
      await bookMany(scene, 1)
      const [waiting] = await ask<{ id: string }>(
        scene.url,
        `SELECT id FROM booking WHERE event_status = 'PENDING' LIMIT 1`,
      )
      await hold(scene.url, `SELECT pg_advisory_lock(hashtextextended('${waiting?.id}', 1))`)
      await releaseWrites(scene)
      await ask(
        scene.url,
        `UPDATE booking SET created_at = created_at - interval '1 hour', event_failure = NULL WHERE id = '${waiting?.id}'`,
      )
    },
    end: letGo,
  },
  {
    what: 'one account of three may no longer read its calendar (403)',
    fires: ['BookingConnectionsUnreadable'],
    async begin(scene) {
      fewSlots(scene)
      scene.visitors.slots = 0
      const [practice] = first(scene)
      scene.world.microsoft.faults.failNext(READS, { status: 403, code: 'ErrorAccessDenied' }, { times: Infinity })
      await fetch(slotsUrl(scene.both.origin, practice), { headers: fromAnywhere() })
      scene.world.microsoft.faults.clear()
    },
    end: async (scene) => {
      const [practice] = first(scene)
      await fetch(slotsUrl(scene.both.origin, practice), { headers: fromAnywhere() })
    },
  },
  {
    what: 'Graph answers 503',
    fires: ['BookingProviderFails', 'BookingConnectionsUnreadable'],
    async begin(scene) {
      fewSlots(scene)
      scene.world.microsoft.faults.failNext(OF_GRAPH, { status: 503, code: 'ServiceUnavailable' }, { times: Infinity })
    },
    end: async ({ world }) => world.microsoft.faults.clear(),
  },
  {
    what: 'Graph asks for pauses (429)',
    fires: ['BookingProviderThrottles'],
    may: { BookingConnectionsUnreadable: 'an account that is left alone is not read meanwhile' },
    async begin(scene) {
      fewSlots(scene)
      scene.world.microsoft.faults.failNext(READS, { status: 429, retryAfter: '1' }, { times: Infinity })
    },
    end: async ({ world }) => world.microsoft.faults.clear(),
  },
  {
    what: 'our client secret has ended (invalid_client)',
    fires: ['BookingTokensRefused', 'BookingAlarm', 'BookingConnectionsUnreadable'],
    async begin(scene) {
      fewSlots(scene)
      scene.world.microsoft.setClientSecretExpired(true)
      scene.world.microsoft.expireAccessTokens()
    },
    end: async ({ world }) => world.microsoft.setClientSecretExpired(false),
  },
  {
    what: 'our client secret ends in twenty days',
    fires: ['BookingClientSecretEnds'],
    async begin({ web }) {
      await web.end('SIGTERM')
      await web.start({
        MICROSOFT_CLIENT_SECRET_ENDS: new Date(Date.now() + 21 * 86_400_000).toISOString().slice(0, 10),
      })
    },
    async end({ web }) {
      await web.end('SIGTERM')
      await web.start()
    },
    may: { BookingDown: 'here a start lasts as long as the shortened patience of the rule' },
  },
]
