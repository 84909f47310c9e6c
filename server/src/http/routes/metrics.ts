import { createHash, timingSafeEqual } from 'node:crypto'
import type { Express } from 'express'
import type { Metrics } from '../../ports/metrics.ts'
import { onlyMethods } from '../allowed-methods.ts'
import { createPagelessApp } from '../pageless-app.ts'

/** Metrics, and who may read them. */
export interface ServedMetrics {
  readonly metrics: Metrics
  /** Undefined: whoever reaches the port. */
  readonly token: string | undefined
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** `/metrics`: what Prometheus reads, against a bearer token (RFC 6750) where there is one. */
export function metricsRoute(app: Express, { metrics, token }: ServedMetrics): void {
  const wanted = token === undefined ? undefined : digestOf(`Bearer ${token}`)
  app
    .route('/metrics')
    .get(async (req, res) => {
      // Digests have one length, so that comparing them takes one time, whatever was sent.
      if (wanted !== undefined && !timingSafeEqual(wanted, digestOf(req.get('authorization') ?? ''))) {
        res.status(401).set('WWW-Authenticate', 'Bearer').type('text').send('A bearer token is needed\n')
        return
      }
      res.set('Content-Type', metrics.contentType).send(Buffer.from(await metrics.text()))
    })
    .all(onlyMethods('GET'))
}

/** An application that answers `/metrics` and nothing else, for a port of its own. */
export const createMetricsApp = (served: ServedMetrics): Express =>
  createPagelessApp((app) => metricsRoute(app, served))
