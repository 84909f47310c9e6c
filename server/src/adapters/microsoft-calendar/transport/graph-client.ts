import { Client, type Context, type GraphRequest, ResponseType } from '@microsoft/microsoft-graph-client'
import type { GraphCall, GraphRequestParts } from './graph-call.ts'
import { GraphTransport, type TransportParts } from './graph-transport.ts'

/**
 * Asks for times in UTC, and for ids that stay when an event is moved; to be sent with every request
 * (learn.microsoft.com/graph/outlook-immutable-id).
 */
export const PREFER = 'outlook.timezone="UTC", IdType="ImmutableId"'

/**
 * Calls to Graph. Microsoft's client builds each request and GraphTransport sends it, because the client's own middleware
 * would repeat POSTs and follow redirects.
 */
export class GraphClient {
  readonly #baseUrl: string
  readonly #transport: GraphTransport

  constructor(parts: TransportParts) {
    this.#baseUrl = parts.config.graphUrl
    this.#transport = new GraphTransport(parts)
  }

  /** Retries within the call's deadline. Rejects with a CalendarError. */
  send<T>(call: GraphCall<T>): Promise<T> {
    return this.#transport.send(call, () => built(this.#baseUrl, call))
  }
}

/** The request of one attempt. The client's only middleware hands it over instead of sending it. */
function built(baseUrl: string, call: GraphCall<unknown>): Promise<GraphRequestParts> {
  return new Promise((resolve, reject) => {
    const middleware = {
      execute: async ({ request, options }: Context) => {
        const { headers, body } = options ?? {}
        resolve({
          url: call.link?.href ?? request,
          // The client types them as HeadersInit; they are a plain record (its `GraphRequest.updateRequestOptions`).
          headers: headers as Record<string, string>,
          body: typeof body === 'string' ? body : undefined,
        })
      },
    }
    const request = Client.initWithMiddleware({ baseUrl, middleware }).api(call.path)
    request.responseType(ResponseType.RAW).header('Prefer', PREFER)
    if (call.ifMatch !== undefined) request.header('If-Match', call.ifMatch)
    // Settles after the middleware has resolved the promise, and then has no effect.
    dispatch(request, call).then(() => reject(new TypeError('the Graph client built no request')), reject)
  })
}

function dispatch(request: GraphRequest, { method, body }: GraphCall<unknown>): Promise<unknown> {
  if (method === 'GET') return request.get()
  if (method === 'PATCH') return request.patch(body?.())
  return method === 'POST' ? request.post(body?.()) : request.delete()
}
