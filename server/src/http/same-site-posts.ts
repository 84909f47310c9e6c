import type { RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/**
 * Refuses posts that another site's page sent. Browsers say so in `Sec-Fetch-Site`; older ones at least send `Origin`,
 * which is `null` for our own forms too, because our pages send no referrer (Fetch standard, "append a request Origin
 * header"). A post with neither header is left to the form's token.
 */
export function sameSitePosts(appUrl: string): RequestHandler {
  const trusted = new Set(['same-origin', 'none'])
  return (req, _res, next) => {
    if (req.method !== 'POST') return next()
    const site = req.get('sec-fetch-site')
    const origin = req.get('origin')
    const foreign = site === undefined ? origin !== undefined && ![appUrl, 'null'].includes(origin) : !trusted.has(site)
    next(foreign ? new HttpError('forged') : undefined)
  }
}
