import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPrivate } from '../../src/http/client-address.ts'
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
