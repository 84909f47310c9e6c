import type { Express } from 'express'
import { onlyMethods } from '../allowed-methods.ts'

/** Pages of one booking are not named: a crawler that may not read them cannot see that they are not to be indexed. */
const ROBOTS = 'User-agent: *\nDisallow: /api/\n'

export function robotsRoute(app: Express): void {
  app
    .route('/robots.txt')
    .get((_req, res) => void res.type('text/plain').send(ROBOTS))
    .all(onlyMethods('GET'))
}
