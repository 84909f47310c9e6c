import { randomUUID } from 'node:crypto'
import type { Context } from '@microsoft/microsoft-graph-client'
import type { MicrosoftConfig } from '../../config.ts'
import { startDeadline } from '../../net/deadline.ts'
import { requestIdOf } from './errors.ts'
import { graphLink } from './graph-link.ts'
import type { Limits } from './limits.ts'
import { Carried, Link } from './middleware.ts'
import type { Wire } from './msal.ts'

/** The last link: one exchange, bounded in time and size, redirects not followed, one line in the log. */
export class GraphWire extends Link {
  readonly #wire: Wire
  readonly #config: MicrosoftConfig
  readonly #limits: Limits

  constructor(parts: Wire & { readonly config: MicrosoftConfig; readonly limits: Limits }) {
    super()
    this.#wire = parts
    this.#config = parts.config
    this.#limits = parts.limits
  }

  /** The answer travels with the call: the client, asked for the raw response, never looks at it. */
  async execute(context: Context): Promise<void> {
    const carried = Carried.of(context)
    const { call } = carried
    // Whoever built the URL: our token goes nowhere else (INV-6).
    const url = graphLink(this.#config, call.link?.href ?? context.request)
    const clientRequestId = randomUUID()
    const limit = startDeadline(this.#wire.clock, this.#limits.attemptMs, call.deadline.signal)
    const begun = performance.now()
    carried.answer = undefined
    try {
      carried.answer = await this.#wire.http(url, {
        method: call.method,
        headers: {
          ...(context.options?.headers as Record<string, string>),
          'client-request-id': clientRequestId,
          'return-client-request-id': 'true',
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body()) }),
        signal: limit.signal,
      })
    } finally {
      limit.end()
      this.#wire.log.info('graph_call', {
        connection: call.connection.id,
        method: call.method,
        route: call.route,
        status: carried.answer?.status ?? 0,
        attempt: carried.attempt,
        clientRequestId,
        ...(carried.answer === undefined ? {} : requestIdOf(carried.answer.headers)),
        ms: Math.round(performance.now() - begun),
      })
    }
  }
}
