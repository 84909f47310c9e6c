import { Client, type Context, type GraphRequest, ResponseType } from '@microsoft/microsoft-graph-client'
import type { GraphCall, GraphRequestParts } from './graph-call.ts'
import { GraphTransport, type TransportParts } from './graph-transport.ts'

/** Ids that survive a move, and times in UTC. Both hold for one request only (learn.microsoft.com/graph/outlook-immutable-id). */
export const PREFER = 'outlook.timezone="UTC", IdType="ImmutableId"'

/**
 * Graph for the adapter. Microsoft's client builds each request and GraphTransport sends it: the client's own handlers would
 * repeat POSTs and follow redirects.
 */
export class GraphClient {
  readonly #baseUrl: string
  readonly #transport: GraphTransport

  constructor(parts: TransportParts) {
    this.#baseUrl = parts.config.graphUrl
    this.#transport = new GraphTransport(parts)
  }

  /** Rejects with a CalendarError. */
  send<T>(call: GraphCall<T>): Promise<T> {
    return this.#transport.send(call, () => built(this.#baseUrl, call))
  }
}

/** The request for one attempt. The client's only middleware hands it over instead of sending it. */
function built(baseUrl: string, call: GraphCall<unknown>): Promise<GraphRequestParts> {
  return new Promise((resolve, reject) => {
    const middleware = {
      execute: async ({ request, options }: Context) => {
        const { headers, body } = options ?? {}
        resolve({
          url: call.link?.href ?? request,
          // Always the client's plain record, see `GraphRequest.updateRequestOptions`.
          headers: headers as Record<string, string>,
          body: typeof body === 'string' ? body : undefined,
        })
      },
    }
    const request = Client.initWithMiddleware({ baseUrl, middleware }).api(call.path)
    request.responseType(ResponseType.RAW).header('Prefer', PREFER)
    if (call.ifMatch !== undefined) request.header('If-Match', call.ifMatch)
    // Without effect once the request is handed over.
    dispatch(request, call).then(() => reject(new TypeError('the Graph client built no request')), reject)
  })
}

function dispatch(request: GraphRequest, { method, body }: GraphCall<unknown>): Promise<unknown> {
  if (method === 'GET') return request.get()
  return method === 'POST' ? request.post(body?.()) : request.delete()
}
