import { BlockList, isIPv6 } from 'node:net'
import type { Request, RequestHandler } from 'express'
import type { AppDependencies } from './app-dependencies.ts'

/** Addresses that no visitor from the internet has: RFC 1918, RFC 6598, RFC 4193, loopback and link-local. */
const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6')

/** IPv4 in IPv6 (`::ffff:10.0.0.1`) included. Text that is no address is not private. */
export const isPrivate = (address: string): boolean => PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/** The entries of `X-Forwarded-For`, in their order. */
export const forwardedAddresses = (req: Pick<Request, 'get'>): string[] =>
  (req.get('x-forwarded-for') ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

/**
 * Warns once when a visitor of a public site has a private address: it is then a proxy's, TRUST_PROXY_HOPS counts too few
 * of them, and all visitors share the limits that are counted by address. A site on loopback (http) has no proxy.
 */
export function warnOfProxyAddress({ appUrl, trustProxyHops, log }: AppDependencies): RequestHandler {
  let quiet = new URL(appUrl).protocol !== 'https:'
  return (req, _res, next) => {
    if (!quiet && isPrivate(req.ip ?? '')) {
      quiet = true
      log.warn('client_address_private', { trustProxyHops, forwarded: forwardedAddresses(req).length })
    }
    next()
  }
}
