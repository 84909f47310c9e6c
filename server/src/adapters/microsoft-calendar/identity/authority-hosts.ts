/**
 * The hosts at which Microsoft's clouds sign people in, with their aliases: worldwide, US Government, China, sovereign clouds.
 * As @azure/msal-common lists them (AuthorityMetadata); learn.microsoft.com/entra/identity-platform/authentication-national-cloud.
 */
const MICROSOFT_HOSTS: ReadonlySet<string> = new Set([
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'sts.windows.net',
  'login-us.microsoftonline.com',
  'login.microsoftonline.us',
  'login.usgovcloudapi.net',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'login.sovcloud-identity.fr',
  'login.sovcloud-identity.de',
  'login.sovcloud-identity.sg',
])

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Whether tokens, codes and people may be sent to `address` where `authorityUrl` is configured. */
export function isTrusted(address: URL, authorityUrl: string): boolean {
  const authority = new URL(authorityUrl)
  const { protocol, hostname, port, username, password, origin } = address
  if (username !== '' || password !== '') return false
  if (origin === authority.origin) return true
  // One machine has several names for itself.
  if (LOOPBACK.has(hostname) && LOOPBACK.has(authority.hostname))
    return protocol === authority.protocol && port === authority.port
  return protocol === 'https:' && port === '' && MICROSOFT_HOSTS.has(hostname)
}

/** Origins of the issuers of an authority: its own, and for one of Microsoft's hosts the others, under which it may sign. */
export const issuerOrigins = (authorityUrl: string): string[] =>
  MICROSOFT_HOSTS.has(new URL(authorityUrl).hostname)
    ? [...MICROSOFT_HOSTS].map((host) => `https://${host}`)
    : [authorityUrl]
