import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPrivate } from '../../src/http/client-address.ts'
import { createOperatorToken } from '../../src/services/operator-token.ts'
import { adminOf } from '../support/admin.ts'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import { startWorld } from '../support/world.ts'

const HTTPS = 'https://booking.example'
const PUBLIC = '198.51.100.7'

let world: EmulatedWorld
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
})
afterAll(() => world.close())

/** What a new process warns of while it answers requests with these `X-Forwarded-For`. */
async function warnings(env: Record<string, string>, forwarded: readonly (string | undefined)[], path = '/sign-in') {
  const app = await world.start({ APP_URL: HTTPS, ...env })
  const from = world.logs.lines.length
  for (const addresses of forwarded)
    await fetch(`${app.origin}${path}`, addresses === undefined ? {} : { headers: { 'x-forwarded-for': addresses } })
  await app.close()
  const lines = world.logs.lines.slice(from)
  expect(lines.join('\n')).not.toMatch(/10\.199|198\.51|192\.0\.2|104\.23|127\.0\.0|::1/)
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'client_address_private')
    .map(({ level, trustProxyHops, forwarded: count }) => ({ level, trustProxyHops, forwarded: count }))
}

describe('WS-16 a proxy’s address taken for the visitor’s', () => {
  const chain = `${PUBLIC}, 104.23.0.1, 10.199.0.1`

  it('is warned of once, with counts and no address', async () => {
    expect(await warnings({ TRUST_PROXY_HOPS: '1' }, [chain, chain])).toEqual([
      { level: 'warn', trustProxyHops: 1, forwarded: 3 },
    ])
    expect(await warnings({ TRUST_PROXY_HOPS: '0' }, [undefined, chain])).toEqual([
      { level: 'warn', trustProxyHops: 0, forwarded: 0 },
    ])
  })

  it('is warned of although other visitors were seen first', async () => {
    expect(await warnings({ TRUST_PROXY_HOPS: '1' }, [PUBLIC, '10.199.0.1'])).toHaveLength(1)
  })

  it('is not warned of where the address is public, nor on loopback without a proxy', async () => {
    expect(await warnings({ TRUST_PROXY_HOPS: '3' }, [chain, chain])).toEqual([])
    expect(await warnings({ TRUST_PROXY_HOPS: '0', APP_URL: 'http://127.0.0.1:3999' }, [undefined])).toEqual([])
  })

  it.each(['/healthz', '/readyz'])('is not warned of at %s, which the host asks from inside', async (path) => {
    expect(await warnings({ TRUST_PROXY_HOPS: '0' }, [undefined], path)).toEqual([])
  })

  it.each([
    ['too few', '1', '10.199.0.1', '10.199.0.1'],
    ['right', '3', PUBLIC, PUBLIC],
    ['too many', '4', PUBLIC, '192.0.2.1'],
  ])('can be seen at /healthz/address: %s hops', async (_what, hops, plain, invented) => {
    const app = await world.start({ APP_URL: HTTPS, TRUST_PROXY_HOPS: hops })
    const address = async (forwarded: string) =>
      (await fetch(`${app.origin}/healthz/address`, { headers: { 'x-forwarded-for': forwarded } })).json()
    expect(await address(chain)).toEqual({ address: plain })
    // The proxies add what they saw to what the visitor made up.
    expect(await address(`192.0.2.1, ${chain}`)).toEqual({ address: invented })
    await app.close()
  })
})

describe('WS-16 npm run admin -- proxies check', () => {
  const closing: (() => void)[] = []
  afterAll(() => {
    for (const close of closing) close()
  })

  /** A proxy on loopback, with an address of its own as what it was asked from. */
  async function proxy(target: string, seen: string, keeps = true): Promise<string> {
    const server = createServer((req, res) => {
      const before = keeps ? req.headers['x-forwarded-for'] : undefined
      const headers = { ...req.headers, 'x-forwarded-for': before === undefined ? seen : `${before}, ${seen}` }
      const { hostname, port } = new URL(target)
      const onward = forward(
        { hostname, port, path: req.url, headers: { ...headers, 'x-forwarded-proto': 'https' } },
        (answer) => {
          res.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(res)
        },
      )
      onward.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const check = async (at: string, more: Record<string, string> = {}) => {
    const { SESSION_SECRET = '' } = world.env
    const admin = adminOf(world.database, { clock: world.clock }, { APP_URL: at, SESSION_SECRET, ...more })
    const answer = await admin('proxies', 'check', '--json')
    const { said } = await admin('proxies', 'check')
    await admin.close()
    return { ...answer, said }
  }

  it.each([
    ['no proxy', '0', [], 0],
    ['one proxy', '1', [true], 1],
    ['one that throws away what it is sent', '1', [false], 1],
    ['three proxies', '3', [true, true, true], 3],
    ['three, the first of which throws away', '3', [false, true, true], 3],
    ['three, of which too few are trusted', '1', [true, true, true], 3],
    ['one, and too many trusted', '2', [true], 1],
  ] as const)('WS-16 counts them: %s', async (_what, hops, chain, proxies) => {
    const app = await world.start({ APP_URL: HTTPS, TRUST_PROXY_HOPS: hops })
    let at = app.origin
    for (const [place, keeps] of [...chain.entries()].reverse()) at = await proxy(at, `198.51.100.${place + 1}`, keeps)
    const { data, said } = await check(at)
    const right = Number(hops) === proxies
    expect(data).toMatchObject({
      proxies,
      trustProxyHops: Number(hops),
      right,
      peer: expect.stringMatching(/127\.0\.0\.1$/),
    })
    if (right && proxies > 0) expect(data).toMatchObject({ address: '198.51.100.1', scheme: 'https' })
    expect(said).toContain(right ? 'right.' : `set it to ${proxies}, and restart every process.`)
    await app.close()
  })

  it('WS-16 nobody else is shown more than her own address', async () => {
    const app = await world.start({ APP_URL: HTTPS, TRUST_PROXY_HOPS: '0' })
    const { SESSION_SECRET = '' } = world.env
    const now = world.clock.now()
    const token = createOperatorToken(SESSION_SECRET).issue(now)
    const members = async (authorization: string) =>
      Object.keys(await (await fetch(`${app.origin}/healthz/address`, { headers: { authorization } })).json())
    expect(await members(`Bearer ${token}`)).toContain('peer')
    const late = createOperatorToken(SESSION_SECRET).issue(new Date(now.getTime() - 5 * 60_000))
    const early = createOperatorToken(SESSION_SECRET).issue(new Date(now.getTime() + 6 * 60_000))
    const foreign = createOperatorToken(`${SESSION_SECRET}x`).issue(now)
    const [until = '', signature = ''] = token.split('.')
    for (const wrong of [late, early, foreign, until, `${Number(until) + 1}.${signature}`, `${until}.`, 'x', ''])
      expect(await members(`Bearer ${wrong}`)).toEqual(['address'])
    expect(world.logs.lines.join()).not.toContain(signature)

    const other = await check(app.origin, { SESSION_SECRET: `${SESSION_SECRET}x` })
    expect([other.code, other.warned]).toEqual([1, expect.stringContaining('SESSION_SECRET')])
    await app.close()
    const away = await check(app.origin)
    expect([away.code, away.warned]).toEqual([1, expect.stringContaining('APP_URL')])
  })
})

describe('a private address', () => {
  it.each([
    ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.127.255.255'],
    ...['127.0.0.1', '169.254.1.1', 'fc00::1', 'fdff::1', 'fe80::1', '::1', '::ffff:10.0.0.1', '::ffff:127.0.0.1'],
  ])('is %s', (address) => {
    expect(isPrivate(address)).toBe(true)
  })

  it.each([
    ...[
      '9.255.255.255',
      '11.0.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
      '100.63.255.255',
      '100.128.0.0',
    ],
    ...['198.51.100.7', '2001:db8::1', 'fbff::1', '::ffff:198.51.100.7', '', 'unknown', '10.0.0.1:443', '10.0.0'],
  ])('is not %s', (address) => {
    expect(isPrivate(address)).toBe(false)
  })
})
