import { createHash } from 'node:crypto'
import { z } from 'zod'
import { HOUR_MS } from '../../domain/durations.ts'
import { ACCOUNT_KINDS, type AccountKind, type CalendarConnector, type Grant } from '../../ports/calendar-connector.ts'
import { CalendarError, InsufficientScope } from '../../ports/calendar-failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { MockCalendarState } from './calendar.ts'
import type { MockFaults } from './faults.ts'

export interface MockAccount {
  readonly key: string
  readonly address: string
  /** `organisation` where it is not said. */
  readonly kind?: AccountKind
}

/** What an authorization code holds, so that another process can redeem it, or this one after a restart. */
const Code = z.object({
  account: z.string(),
  address: z.string(),
  kind: z.enum(ACCOUNT_KINDS).default('organisation'),
  challenge: z.string(),
  nonce: z.string(),
  access: z.string(),
})

const encoded = (code: z.infer<typeof Code>): string => Buffer.from(JSON.stringify(code)).toString('base64url')

function decoded(text: string): z.infer<typeof Code> {
  try {
    return Code.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch {
    throw new CalendarError('reconnect', 'The code is not one of ours', { code: 'invalid_grant' })
  }
}

interface MockConnectorParts {
  readonly clock: Clock
  readonly faults: MockFaults
  /** The account that the therapist signs in with; undefined where she declines. */
  account(): MockAccount | undefined
  state(tenantId: string, accountKey: string): MockCalendarState
}

/** Connecting without a network: `authorize` leads straight back to the callback, with a code. */
export function createMockConnector(parts: MockConnectorParts): CalendarConnector {
  const { clock, faults, state } = parts
  return {
    authorize: async (request) => {
      const url = new URL(request.redirectUri)
      const account = parts.account()
      const code = { challenge: request.codeChallenge, nonce: request.nonce, access: request.access }
      if (account) {
        const { key, address, kind = 'organisation' } = account
        url.searchParams.set('code', encoded({ account: key, address, kind, ...code }))
      } else url.searchParams.set('error', 'access_denied')
      url.searchParams.set('state', request.state)
      return { url, scopes: [request.access] }
    },
    redeem: (request) =>
      faults.run('redeem', request.signal, (): Grant => {
        const code = decoded(request.code)
        if (createHash('sha256').update(request.codeVerifier).digest('base64url') !== code.challenge)
          throw new CalendarError('reconnect', 'The code belongs to another attempt', { code: 'invalid_grant' })
        if (code.nonce !== request.nonce)
          throw new CalendarError('garbled', 'The nonce is of another attempt', { code: 'nonce_mismatch' })
        if (code.access !== request.access) throw new InsufficientScope('forbidden', 'Less was granted than asked for')
        return {
          accountKey: code.account,
          accountKind: code.kind,
          accountAddress: code.address,
          scopes: [request.access],
          access: request.access,
          tokenCache: JSON.stringify({ account: code.account }),
          accessExpiresAt: new Date(clock.now().getTime() + HOUR_MS),
        }
      }),
    listCalendars: ({ tenantId, accountKey }, signal) =>
      faults.run('listCalendars', signal, () => [...state(tenantId, accountKey).listings]),
    keepAlive: (_connection, signal) => faults.run('keepAlive', signal, () => undefined),
    revoke: (_tokenCache, signal) => faults.run('revoke', signal, () => undefined),
    registration: (access) => ({ clientId: 'mock', permissions: [access], reference: 'https://mock.example' }),
  }
}
