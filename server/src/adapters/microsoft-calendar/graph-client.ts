import { Client, type GraphRequest, ResponseType } from '@microsoft/microsoft-graph-client'
import type { MicrosoftConfig } from '../../config.ts'
import { Bearer } from './bearer.ts'
import { Courtesy, type CourtesyParts } from './courtesy.ts'
import type { GraphCall } from './graph-call.ts'
import { GraphWire } from './graph-wire.ts'
import { Boundary, Carried } from './middleware.ts'
import type { Wire } from './msal.ts'
import type { MicrosoftTokens } from './tokens.ts'

/** Ids that survive a move, and times in UTC. Both hold for one request only (learn.microsoft.com/graph/outlook-immutable-id). */
export const PREFER = 'outlook.timezone="UTC", IdType="ImmutableId"'

/** Microsoft's client builds the requests; the way they travel is ours (its own handlers retry POSTs and follow redirects). */
export class GraphClient {
  readonly #client: Client

  constructor(parts: Wire & CourtesyParts & { readonly config: MicrosoftConfig; readonly tokens: MicrosoftTokens }) {
    this.#client = Client.initWithMiddleware({
      baseUrl: parts.config.graphUrl,
      middleware: [new Boundary(), new Courtesy(parts), new Bearer(parts.tokens), new GraphWire(parts)],
    })
  }

  async send<T>(call: GraphCall<T>): Promise<T> {
    const carried = new Carried(call)
    const request = this.#client.api(call.path).middlewareOptions([carried]).responseType(ResponseType.RAW)
    request.header('Prefer', PREFER)
    try {
      await dispatch(request, call)
      return carried.result()
    } catch (error) {
      throw Boundary.unwrap(error)
    } finally {
      carried.drop()
    }
  }
}

function dispatch(request: GraphRequest, { method }: GraphCall<unknown>): Promise<unknown> {
  if (method === 'GET') return request.get()
  // The wire asks for the body, at each attempt anew.
  return method === 'POST' ? request.post({}) : request.delete()
}
