import { z } from 'zod'
import type { RequestSight } from '../../ports/request-sight.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, Refused, table, type Values } from '../command.ts'

/** An address that nobody has (RFC 5737). */
const MADE_UP = '192.0.2.1'
const TIMEOUT_MS = 10_000

const Sight = z.object({
  address: z.string(),
  trustProxyHops: z.int(),
  peer: z.string(),
  forwarded: z.array(z.string()),
  scheme: z.string().optional(),
  host: z.string().optional(),
})

/**
 * How many proxies a request passed that was sent with a made-up `X-Forwarded-For`. One that keeps it adds the address it was asked
 * from; the outermost one may throw it away and begin anew.
 */
const proxiesPassed = (forwarded: readonly string[]): number =>
  forwarded[0] === MADE_UP ? forwarded.length - 1 : forwarded.length

async function ask({ appUrl, operatorToken }: Administration): Promise<RequestSight> {
  const headers = { authorization: `Bearer ${operatorToken()}`, 'x-forwarded-for': MADE_UP }
  const answer = await fetch(`${appUrl}/healthz/address`, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new Refused(`${appUrl} did not answer within ten seconds: is APP_URL right, and does the application run?`)
  })
  const body: unknown = await answer.json().catch(() => undefined)
  const sight = Sight.safeParse(body)
  if (sight.success) return { scheme: undefined, host: undefined, ...sight.data }
  throw new Refused(
    `${appUrl} answered ${answer.status}, and not as this installation does to its own commands: has it another SESSION_SECRET, or another release?`,
  )
}

async function check(_values: Values, administration: Administration): Promise<Answer> {
  const sight = await ask(administration)
  const proxies = proxiesPassed(sight.forwarded)
  const isRight = proxies === sight.trustProxyHops
  const rows = [
    ['counted by limits', sight.address],
    ['connection from', sight.peer],
    ['X-Forwarded-For', sight.forwarded.join(', ') || '-'],
    ['X-Forwarded-Proto', sight.scheme ?? '-'],
    ['Host', sight.host ?? '-'],
  ]
  const whose = 'The first address has to be the public one of this machine.'
  const passed = `From here a request passes ${proxies} ${proxies === 1 ? 'proxy' : 'proxies'}`
  const verdict = isRight
    ? `${passed}, and TRUST_PROXY_HOPS is ${proxies}: right.`
    : `${passed}, but TRUST_PROXY_HOPS is ${sight.trustProxyHops}: set it to ${proxies}, and restart every process.`
  return {
    data: { ...sight, proxies, right: isRight },
    lines: [...table(['SEEN BY THE APP', ''], rows), verdict, whose],
  }
}

export const PROXY_COMMANDS: readonly Command[] = [
  {
    name: 'proxies check',
    says: 'Asks the application at APP_URL, as visitors do, how a request arrives, and says whether TRUST_PROXY_HOPS is right.',
    run: check,
  },
]
