import type { Context } from '@microsoft/microsoft-graph-client'
import { wireFailure } from './errors.ts'
import { Carried, Link } from './middleware.ts'
import type { MicrosoftTokens, Rejection } from './tokens.ts'

/**
 * Puts the token on a request. A refused one is replaced once, with the claims Graph asks for if it does
 * (learn.microsoft.com/entra/identity-platform/claims-challenge); the second refusal is final.
 */
export class Bearer extends Link {
  readonly #tokens: MicrosoftTokens

  constructor(tokens: MicrosoftTokens) {
    super()
    this.#tokens = tokens
  }

  async execute(context: Context): Promise<void> {
    const carried = Carried.of(context)
    const token = await this.#present(context, carried)
    if (carried.answer?.status !== 401) return
    const claims = claimsIn(carried.answer.headers['www-authenticate'])
    await this.#present(context, carried, { token, ...(claims === undefined ? {} : { claims }) })
  }

  async #present(context: Context, carried: Carried, rejected?: Rejection): Promise<string> {
    const { connection, purpose, deadline } = carried.call
    const token = await this.#tokens.access(connection, purpose, deadline.signal, rejected).catch((error: unknown) => {
      // Not Graph's failure, and not to be repeated here: a CalendarError says so.
      throw wireFailure(error)
    })
    // The options are the client's plain record of headers for this request, see `GraphRequest.updateRequestOptions`.
    const headers = { ...(context.options?.headers as Record<string, string>), Authorization: `Bearer ${token}` }
    context.options = { ...context.options, headers }
    await this.pass(context)
    return token
  }
}

const LONGEST_CLAIMS = 8 * 1024

/** The claims of a challenge, decoded; undefined where there is none that can be passed on. */
export function claimsIn(challenge: string | undefined): string | undefined {
  if (challenge === undefined || challenge.length > LONGEST_CLAIMS) return undefined
  if (!/\berror="?insufficient_claims"?/.test(challenge)) return undefined
  const [, encoded] = /\bclaims="([A-Za-z0-9+/_=-]+)"/.exec(challenge) ?? []
  if (encoded === undefined) return undefined
  const claims = Buffer.from(encoded, 'base64').toString('utf8')
  try {
    JSON.parse(claims)
    return claims
  } catch {
    return undefined
  }
}
