import {
  connectionHealth,
  createKeyRing,
  createMicrosoftCalendar,
  type EncryptionKey,
  type Log,
  type MicrosoftConfig,
  StagedTokens,
  systemClock,
} from 'booking-calendar-adapter'
import { type Request, type Response, Router } from 'express'
import type { Bearer } from '../app.js'
import type { Database } from '../database.js'
import { createMicrosoftProvider } from './calendar.js'
import { connectRoutes } from './connect-routes.js'
import { createConnections, evidenceOf } from './connections.js'
import { maintainAll, reconcileDue } from './daily.js'
import { createTokenStore } from './token-store.js'

export interface MicrosoftParts {
  readonly database: Database
  readonly config: MicrosoftConfig
  /** The first encrypts, all decrypt; 32 bytes each. */
  readonly keys: readonly EncryptionKey[]
  readonly log: Log
  readonly bearer: Bearer
  readonly apiUrl: string
  readonly appUrl: string
}

/** Outlook, joined together once for a process. */
export function createMicrosoft(parts: MicrosoftParts) {
  const { database, config, log, bearer } = parts
  const ring = createKeyRing(parts.keys)
  const staged = new StagedTokens(createTokenStore(database, ring))
  const names = { userAgent: 'example-host/1.0', marker: 'ExampleHost' }
  const binding = createMicrosoftCalendar({ config, vault: staged, clock: systemClock, log, ...names })
  const connections = createConnections(database, ring)
  const provider = createMicrosoftProvider({ database, binding, connections })

  const show = async (_req: Request, res: Response): Promise<void> => {
    const row = await connections.of(res.locals.tenant.id)
    if (row === null) return void res.json({ health: 'none' })
    const access = row.access === 'bookings' ? 'bookings' : 'availability'
    res.json({ account: row.accountAddress, ...connectionHealth(access, evidenceOf(row), binding.features) })
  }

  const disconnect = async (_req: Request, res: Response): Promise<void> => {
    const row = await connections.of(res.locals.tenant.id)
    if (row !== null) {
      const tokens = await staged.read({ tenantId: row.tenantId, connectionId: row.id }).catch(() => undefined)
      await connections.remove(row)
      // The tokens are gone from here, whatever comes of it.
      if (tokens) await connections.endGrant(binding, { accountKey: row.accountKey, tokenCache: tokens.tokenCache })
    }
    res.status(204).end()
  }

  const routes = Router()
    .use(connectRoutes({ ...parts, ring, binding, staged, connections }))
    .get('/calendar', bearer, (req, res, next) => void show(req, res).catch(next))
    .delete('/calendar', bearer, (req, res, next) => void disconnect(req, res).catch(next))
  return {
    provider,
    routes,
    daily: () => maintainAll(database, binding),
    everyMinute: () => reconcileDue(database, provider.reconcile),
  }
}
