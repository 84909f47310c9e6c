import { afterEach, describe, expect, test } from 'vitest'
import type { Account, Decision, Fault, MicrosoftEmulator } from '../../dev/microsoft-emulator/index.ts'
import type { MicrosoftOptions } from '../../src/adapters/microsoft-calendar/index.ts'
import { type Http, http as systemHttp } from '../../src/net/http.ts'
import { bindingOf, busy, comeBack, connect, failureOf, type MicrosoftFixture, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, clock, log } = fixture
const METADATA = /openid-configuration/
const MEMBERS = ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const

afterEach(() => {
  const { origin } = emulator
  Object.assign(emulator.names, { endpoints: origin, issuer: origin, graph: origin })
})

let people = 0
const person = () => emulator.addAccount({ kind: 'work', address: `person-${++people}@practice.example` })
const asked = () => emulator.journal.of('metadata').length
const named = (change: Readonly<Record<string, unknown>>): Fault => ({
  kind: 'body',
  change: (body) => ({ ...(body as object), ...change }),
})

/** Another process of ours, which has asked nobody yet. */
const processOf = (options: Partial<MicrosoftOptions> = {}): MicrosoftFixture => ({
  ...fixture,
  binding: bindingOf(fixture, options),
})
const connecting = async (process: MicrosoftFixture) =>
  process.binding.connector.redeem(await comeBack(process, person(), 'bookings'))

/** A process at a cloud that the emulator poses as: each host of the cloud leads to it. */
function atCloud(authorityUrl: string, graphUrl: string) {
  const visited = new Set<string>()
  const there = ({ pathname, search }: URL) => new URL(`${pathname}${search}`, emulator.origin)
  const http: Http = (url, request) => {
    visited.add(url.origin)
    return systemHttp(there(url), request)
  }
  const posing: MicrosoftEmulator = {
    ...emulator,
    signIn: (url: string, account: Account, decision?: Decision) =>
      emulator.signIn(there(new URL(url)).href, account, decision),
  }
  const process = { ...fixture, emulator: posing, binding: bindingOf(fixture, { http }, { authorityUrl, graphUrl }) }
  return { process, visited }
}

const [CHINA, PARTNER, US] = [
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
  'login.microsoftonline.us',
] as const

describe('the clouds of Microsoft', () => {
  test.each([
    ['worldwide', 'login.microsoftonline.com', 'login.microsoftonline.com', 'graph.microsoft.com'],
    ['worldwide, by an alias', 'login.windows.net', 'login.microsoftonline.com', 'graph.microsoft.com'],
    ['US Government', US, US, 'graph.microsoft.us'],
    ['US Government, by an alias', 'login.usgovcloudapi.net', US, 'graph.microsoft.us'],
    ['US Government, DoD', US, US, 'dod-graph.microsoft.us'],
    ['China', PARTNER, PARTNER, 'microsoftgraph.chinacloudapi.cn'],
    ['China, by its alias', CHINA, PARTNER, 'microsoftgraph.chinacloudapi.cn'],
    ['China, whose alias names the other host', CHINA, PARTNER, 'microsoftgraph.chinacloudapi.cn', PARTNER],
  ])(
    'OA-33 %s: connects, reads and refreshes under the issuer that its metadata names',
    async (_name, host, issuer, graph, endpoints: string = host) => {
      const { process, visited } = atCloud(`https://${host}`, `https://${graph}`)
      Object.assign(emulator.names, {
        endpoints: `https://${endpoints}`,
        issuer: `https://${issuer}`,
        graph: `https://${graph}`,
      })
      const { provider, account, grant } = await connect(process)
      clock.advance(2 * 60 * 60_000)
      expect(await busy(provider)).toEqual([])
      expect(grant.accountKey).toBe(`${account.tid}.${account.oid}`)
      expect([...visited].sort()).toEqual([...new Set([graph, host, endpoints])].sort().map((one) => `https://${one}`))
      expect(emulator.journal.of('token').map(({ path }) => path.split('/')[1])).toEqual(['common', account.tid])
      expect(process.binding.features.issuerOrigins).toContain(`https://${issuer}`)
    },
  )

  test('OA-11 OA-33 a token that the authority signs as somebody else than its metadata says is refused', async () => {
    const graph = 'https://microsoftgraph.chinacloudapi.cn'
    const { process } = atCloud(`https://${CHINA}`, graph)
    Object.assign(emulator.names, { endpoints: `https://${CHINA}`, issuer: `https://${CHINA}`, graph })
    emulator.faults.failNext(METADATA, named({ issuer: `https://${PARTNER}/{tenantid}/v2.0` }))
    expect((await failureOf(connecting(process))).reason).toBe('garbled')
  })
})

describe('metadata that cannot be read', () => {
  const TROUBLE: readonly (readonly [string, Fault])[] = [
    ['missing', { status: 404 }],
    ['forbidden', { status: 403 }],
    ['an outage', { status: 503 }],
    ['throttled', { status: 429, retryAfter: '20' }],
    ['slow', { kind: 'hang' }],
    ['cut off', { kind: 'reset' }],
    ['cut off in the middle', { kind: 'reset-mid-body' }],
    ['somewhere else', { kind: 'redirect', to: 'http://evil.example/metadata' }],
    ['a page', { kind: 'html' }],
    ['half', { kind: 'truncated' }],
    ['no JSON', { kind: 'malformed-json' }],
    ['a list', { kind: 'body', change: () => [] }],
    ['nothing', { kind: 'body', change: () => null }],
    ...MEMBERS.map((member) => [`without ${member}`, named({ [member]: undefined })] as const),
    ...MEMBERS.map((member) => [`with ${member} that is no address`, named({ [member]: 'nowhere' })] as const),
  ]
  test.each(TROUBLE)(
    'OA-33 %s: the documented form on the authority’s own host, said in the log',
    async (_name, fault) => {
      const process = processOf({ metadataMs: 200 })
      emulator.faults.failNext(METADATA, fault)
      expect((await connecting(process)).access).toBe('bookings')
      expect(log.of('authority_metadata_unavailable')).toHaveLength(1)
      expect(asked()).toBe(1)
      emulator.journal.clear() // an answer that Entra would not give
    },
  )

  test('OA-33 metadata without end is not read to its end', async () => {
    emulator.faults.failNext(METADATA, { kind: 'flood', bytes: 1_000_000 })
    expect((await connecting(processOf())).access).toBe('bookings')
    expect(log.of('authority_metadata_unavailable')).toMatchObject([{ reason: 'garbled', code: 'too_large' }])
    emulator.journal.clear() // an answer that Entra would not give
  })

  test('a mistake of ours while it is read: the documented form, too, and no host is blamed', async () => {
    const http: Http = (url, request) => {
      if (METADATA.test(url.href)) throw new TypeError('a mistake')
      return systemHttp(url, request)
    }
    expect((await connecting(processOf({ http }))).access).toBe('bookings')
    expect(log.of('authority_metadata_unavailable')).toMatchObject([{ reason: 'misconfigured', code: 'TypeError' }])
    expect(log.of('security_authority_metadata_refused')).toEqual([])
  })

  test('is asked for again after five minutes, and then once a day; what was read before stays', async () => {
    const process = processOf()
    emulator.faults.failNext(METADATA, { status: 404 })
    const authorize = () => comeBack(process, person(), 'bookings')
    const counts: number[] = []
    for (const pause of [0, 299_000, 1000, 86_399_000, 1000]) {
      clock.advance(pause)
      await authorize()
      counts.push(asked())
    }
    expect(counts).toEqual([1, 1, 2, 2, 3])
    clock.advance(86_400_000)
    emulator.faults.failNext(METADATA, named({ issuer: 'https://evil.example/{tenantid}/v2.0' }))
    expect((await connecting(process)).access).toBe('bookings')
    expect(log.of('security_authority_metadata_refused')).toHaveLength(1)
  })

  test('is asked for once where many ask at once, and a caller who leaves leaves alone', async () => {
    const process = processOf()
    const requests = await Promise.all([1, 2].map(() => comeBack(fixture, person(), 'bookings')))
    const [leaving, staying] = requests
    if (leaving === undefined || staying === undefined) throw new Error('two requests were made')
    emulator.journal.clear()
    const held = emulator.faults.hold(METADATA)
    const caller = new AbortController()
    const left = failureOf(process.binding.connector.redeem({ ...leaving, signal: caller.signal }))
    const stayed = process.binding.connector.redeem(staying)
    await held.struck
    caller.abort()
    expect(await left).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
    held.release()
    expect((await stayed).access).toBe('bookings')
    expect(asked()).toBe(1)
  })
})

describe('metadata that names a stranger', () => {
  const STRANGERS = [
    'https://evil.example',
    'https://login.microsoftonline.com.evil.example',
    'https://login.microsoftonline.com@evil.example',
    'https://somebody@login.microsoftonline.com',
    'https://login.microsoftonline.com:8443',
    'http://login.microsoftonline.com',
    'http://127.0.0.1:9',
    'http://localhost:9',
    'file:///etc',
  ]
  test.each(MEMBERS.flatMap((member) => STRANGERS.map((origin) => [member, origin] as const)))(
    'OA-33 as its %s is refused: %s',
    async (member, origin) => {
      const request = await comeBack(fixture, person(), 'bookings')
      const visited: string[] = []
      const http: Http = (url, more) => {
        visited.push(url.href)
        return systemHttp(url, more)
      }
      const { connector } = processOf({ http }).binding
      emulator.faults.failNext(METADATA, named({ [member]: `${origin}/common/x` }))
      const failures = [
        await failureOf(connector.redeem(request)),
        await failureOf(connector.authorize({ ...request, state: 's', codeChallenge: 'c' })),
      ]
      expect(failures).toMatchObject(failures.map(() => ({ reason: 'misconfigured', code: member })))
      expect(visited.map((url) => new URL(url).pathname)).toEqual(['/common/v2.0/.well-known/openid-configuration'])
      expect(log.of('security_authority_metadata_refused')).toEqual([{ code: member }])
      emulator.journal.clear() // an answer that Entra would not give
    },
  )

  test('OA-33 closes nothing for good: five minutes later it is asked for again', async () => {
    const process = processOf()
    emulator.faults.failNext(METADATA, named({ token_endpoint: 'https://evil.example/token' }))
    const request = await comeBack(fixture, person(), 'bookings')
    expect((await failureOf(process.binding.connector.redeem(request))).reason).toBe('misconfigured')
    clock.advance(5 * 60_000)
    expect((await connecting(process)).access).toBe('bookings')
  })
})

test('OA-33 one machine has several names for itself, and no other machine has them', async () => {
  const alias = emulator.origin.replace('127.0.0.1', 'localhost')
  const process = { ...fixture, binding: bindingOf(fixture, {}, { authorityUrl: alias }) }
  expect((await connecting(process)).access).toBe('bookings')
})
