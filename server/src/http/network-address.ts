import { isIPv6 } from 'node:net'

/**
 * What limits by address count by: an IPv4 address, or the first 64 bits of an IPv6 one. A household or a rented server is
 * given at least a whole /64 (RFC 6177), so single IPv6 addresses cost nothing. IPv4 in IPv6 (RFC 4291, 2.5.5.2) is IPv4.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) return plain
  const groups = groupsOf(plain)
  const [, , , , , , high = 0, low = 0] = groups
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups of an IPv6 address; WHATWG's URL writes each address in one way only. */
function groupsOf(address: string): number[] {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [before, after] = written
    .split('::')
    .map((half) => half.split(':').flatMap((group) => (group === '' ? [] : [Number.parseInt(group, 16)])))
  if (before === undefined || after === undefined) return before ?? []
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}
