import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Context } from 'oidc-provider'

const SCOPES = ['openid', 'offline_access', 'profile', 'email', 'Calendars.ReadBasic', 'Calendars.ReadWrite']

export interface OidcEntra {
  readonly origin: string
  readonly tid: string
  readonly oid: string
  /** Answers of the token endpoint so far: which grant, and the status. */
  readonly tokenAnswers: readonly { readonly grant: string | undefined; readonly status: number }[]
  /** Lifetime of the access tokens issued from now on. */
  accessTokenSeconds: number
  /** A refresh token in a browserless client's hand: what the endpoint says to it. */
  refresh(refreshToken: string): Promise<number>
  close(): Promise<void>
}

/**
 * oidc-provider, a certified OpenID provider that nobody here wrote, dressed as Entra for one person's tenant, with just
 * enough of Graph to list one calendar and to find it empty. It requires PKCE, rotates refresh tokens and revokes the
 * whole grant when one is used twice.
 */
export async function startOidcEntra(options: {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
}): Promise<OidcEntra> {
  const [tid, oid] = [randomUUID(), randomUUID()]
  const tokenAnswers: { grant: string | undefined; status: number }[] = []
  const state = { accessTokenSeconds: 3600 }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(`${origin}/${tid}/v2.0`, {
    ...configuration(options, origin, { oid, tid }),
    ttl: {
      AccessToken: () => state.accessTokenSeconds,
      RefreshToken: () => 86_400,
      IdToken: () => 3600,
      Grant: () => 86_400,
      Session: () => 3600,
      Interaction: () => 600,
      AuthorizationCode: () => 60,
    },
    // What Entra asks its consent page for, a person here has agreed to already.
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new provider.Grant({
        clientId: oidc?.client.clientId ?? '',
        accountId: oidc?.session.accountId ?? '',
      })
      grant.addOIDCScope(SCOPES.join(' '))
      await grant.save()
      return grant
    },
  })
  provider.use(async (context, next) => {
    await next()
    if (context.oidc?.route !== 'token') return
    const { body } = context.oidc
    tokenAnswers.push({ grant: body?.grant_type, status: context.status })
    // Entra adds this beside the tokens when asked to; MSAL wants it.
    if (context.status === 200 && body?.client_info === '1')
      Object.assign(context.body as object, {
        client_info: Buffer.from(JSON.stringify({ uid: oid, utid: tid })).toString('base64url'),
      })
  })
  const callback = provider.callback()

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    if (url.pathname.startsWith('/v1.0/')) return graph(request, response, url)
    if (url.pathname.startsWith('/interaction/')) {
      const result = { login: { accountId: oid }, consent: {} }
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
    }
    // Entra gives refresh tokens without prompt=consent and knows select_account; oidc-provider is the other way round.
    if (url.pathname.endsWith('/authorize')) url.searchParams.set('prompt', 'consent')
    request.url = url.pathname.replace(/^\/[^/]+/, '') + url.search
    Object.assign(request, { originalUrl: url.pathname + url.search })
    callback(request, response)
  }

  async function graph(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const token = await provider.AccessToken.find(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    const allowed = token !== undefined && !token.isExpired
    const value = url.pathname.endsWith('/me/calendars')
      ? [{ id: 'calendar-1', name: 'Calendar', isDefaultCalendar: true }]
      : []
    const body = allowed ? { value } : { error: { code: 'InvalidAuthenticationToken', message: 'refused' } }
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  return {
    origin,
    tid,
    oid,
    tokenAnswers,
    get accessTokenSeconds() {
      return state.accessTokenSeconds
    },
    set accessTokenSeconds(seconds) {
      state.accessTokenSeconds = seconds
    },
    async refresh(refreshToken) {
      const { clientId, clientSecret } = options
      const form = {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: clientId,
        client_secret: clientSecret,
      }
      const answer = await fetch(`${origin}/${tid}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
      return answer.status
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function configuration(
  { clientId, clientSecret, redirectUri }: Parameters<typeof startOidcEntra>[0],
  origin: string,
  person: { readonly oid: string; readonly tid: string },
) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const claims = { ...person, ver: '2.0', preferred_username: 'ada@contoso.example', name: 'Ada' }
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomUUID()] },
    scopes: SCOPES,
    claims: { openid: ['sub', 'oid', 'tid', 'ver', 'preferred_username', 'name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      jwks: '/discovery/v2.0/keys',
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: Context, { uid }: { uid: string }) => `${origin}/interaction/${uid}` },
    findAccount: async (_context: Context, accountId: string) => ({
      accountId,
      claims: async () => ({ sub: accountId, ...claims }),
    }),
  }
}
