import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Strict-Transport-Security (RFC 6797): how long browsers are to ask by https alone, and whether other hosts below ours, too. */
export interface Hsts {
  readonly maxAgeSeconds: number
  readonly includesSubdomains: boolean
}

/** The headers of every answer, errors included. No form leads away from here: `leave` in page-responses.ts does. */
export function securityHeaders({ maxAgeSeconds, includesSubdomains }: Hsts): RequestHandler {
  const setAll = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    // Browsers ignore it over http, so it needs no condition.
    strictTransportSecurity: { maxAge: maxAgeSeconds, includeSubDomains: includesSubdomains },
    xFrameOptions: { action: 'deny' },
  })
  const headers = headersSetBy(setAll)
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value)
    next()
  }
}

/** None of helmet's headers depends on the request here, so its eleven functions are asked once. */
function headersSetBy(setAll: ReturnType<typeof helmet>): readonly (readonly [name: string, value: string])[] {
  const headers = new Map<string, string>()
  const response = new (class extends ServerResponse {
    override setHeader(name: string, value: Parameters<ServerResponse['setHeader']>[1]): this {
      headers.set(name, String(value))
      return this
    }
  })(new IncomingMessage(new Socket()))
  setAll(response.req, response, (error) => {
    if (error !== undefined) throw error
  })
  return [...headers]
}

/** No answer is cached unless its route says otherwise, because most pages show a person's sessions or account. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}
