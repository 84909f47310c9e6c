import { randomUUID } from 'node:crypto'
import type { Context } from '@microsoft/microsoft-graph-client'
import type { MicrosoftConfig } from '../../config.ts'
import { startDeadline } from '../../net/deadline.ts'
import { readBytes } from '../../net/read-body.ts'
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

  async execute(context: Context): Promise<void> {
    const carried = Carried.of(context)
    const { call } = carried
    // Whoever built the URL: our token goes nowhere else (INV-6).
    const url = graphLink(this.#config, call.link?.href ?? context.request)
    const clientRequestId = randomUUID()
    const limit = startDeadline(this.#wire.clock, this.#limits.attemptMs, call.deadline.signal)
    const begun = performance.now()
    let response: Response | undefined
    try {
      carried.answer = undefined
      response = await this.#wire.fetch(url, {
        method: call.method,
        headers: {
          ...(context.options?.headers as Record<string, string>),
          'client-request-id': clientRequestId,
          'return-client-request-id': 'true',
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body()) }),
        signal: limit.signal,
        redirect: 'manual',
      })
      carried.answer = { status: response.status, headers: response.headers, bytes: await readBytes(response) }
      context.response = response
    } catch (error) {
      throw limit.signal.aborted ? limit.signal.reason : error
    } finally {
      limit.end()
      this.#wire.log.info('graph_call', {
        connection: call.connection.id,
        method: call.method,
        route: call.route,
        status: response?.status ?? 0,
        attempt: carried.attempt,
        clientRequestId,
        ...(response === undefined ? {} : requestIdOf(response.headers)),
        ms: Math.round(performance.now() - begun),
      })
    }
  }
}
