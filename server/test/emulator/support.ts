import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { afterAll, afterEach } from 'vitest'
import {
  type Account,
  type Decision,
  type EmulatorOptions,
  type MicrosoftEmulator,
  startMicrosoftEmulator,
} from '../../dev/microsoft-emulator/index.ts'

export const CLIENT_ID = '11111111-aaaa-4bbb-8ccc-222222222222'
export const CLIENT_SECRET = 'a secret of the tests/+%'
export const REDIRECT_URI = 'http://127.0.0.1:3999/settings/calendar/callback/microsoft'
export const READ = 'openid profile email offline_access Calendars.ReadBasic'
export const WRITE = `${READ} Calendars.ReadWrite`

/** What these tests read of an answer; which of it is there depends on the call. */
export interface Json {
  access_token: string
  refresh_token: string
  id_token: string
  client_info: string
  scope: string
  expires_in: number
  error: string & { code: string }
  error_codes: number[]
  error_description: string
  suberror: string
  id: string
  value: EventJson[]
  responses: { id: string; status: number; headers: Record<string, string>; body: Json }[]
  '@odata.nextLink'?: string
  '@odata.etag'?: string
  type?: string
}

export interface EventJson {
  id: string
  name: string
  subject?: string
  type: string
  seriesMasterId?: string
  start: { dateTime: string; timeZone: string }
  end: { dateTime: string; timeZone: string }
}

/** An emulator per test file; the exchanges of its tests go to the file named by RECORD_EXCHANGES, if any. */
export async function openEmulator(options: Partial<EmulatorOptions> = {}): Promise<MicrosoftEmulator> {
  const emulator = await startMicrosoftEmulator({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    redirectUris: [REDIRECT_URI],
    ...options,
  })
  const file = process.env.RECORD_EXCHANGES
  afterEach(() => {
    emulator.faults.clear()
    if (file) appendFileSync(file, emulator.journal.toJsonLines())
    emulator.journal.clear()
  })
  afterAll(() => emulator.close())
  return emulator
}

export interface Attempt {
  readonly url: string
  readonly verifier: string
}

/** An authorize URL as an application makes it; `change` overrides parameters, `undefined` removes one. */
export function attempt(
  emulator: MicrosoftEmulator,
  options: { scope?: string; tenant?: string; change?: Record<string, string | undefined> } = {},
): Attempt {
  const verifier = randomBytes(32).toString('base64url')
  const url = new URL(`${emulator.origin}/${options.tenant ?? 'common'}/oauth2/v2.0/authorize`)
  const parameters = {
    client_id: CLIENT_ID,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: REDIRECT_URI,
    scope: options.scope ?? WRITE,
    state: 'the-state',
    nonce: 'the-nonce',
    prompt: 'select_account',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...options.change,
  }
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return { url: url.href, verifier }
}

export async function callback(emulator: MicrosoftEmulator, url: string, account: Account, decision?: Decision) {
  return new URL(await emulator.signIn(url, account, decision)).searchParams
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly json: Json
  readonly text: string
}

async function reply(response: Response): Promise<Reply> {
  const text = await response.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  return { status: response.status, headers: response.headers, json: json as Json, text }
}

/** A token request; `fields` override, `undefined` removes. */
export async function token(
  emulator: MicrosoftEmulator,
  fields: Record<string, string | undefined>,
  tenant = 'common',
): Promise<Reply> {
  const form = new URLSearchParams()
  const all = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, client_info: '1', ...fields }
  for (const [name, value] of Object.entries(all)) if (value !== undefined) form.set(name, value)
  return reply(await fetch(`${emulator.origin}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: form }))
}

export const codeFields = (code: string | null, verifier: string) => ({
  grant_type: 'authorization_code',
  code: code ?? '',
  redirect_uri: REDIRECT_URI,
  code_verifier: verifier,
})

/** Signs in, consents and redeems. */
export async function connect(emulator: MicrosoftEmulator, account: Account, scope = WRITE): Promise<Reply> {
  const { url, verifier } = attempt(emulator, { scope })
  const answer = await callback(emulator, url, account)
  return token(emulator, codeFields(answer.get('code'), verifier))
}

export interface Request {
  readonly method?: string
  readonly prefer?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

/** Calls Graph with one access token. `path` without the version. */
export function graphWith(emulator: MicrosoftEmulator, accessToken: string) {
  return async (path: string, request: Request = {}): Promise<Reply> => {
    const response = await fetch(path.startsWith('http') ? path : `${emulator.origin}/v1.0${path}`, {
      method: request.method ?? (request.body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(request.prefer !== undefined && { prefer: request.prefer }),
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      ...(request.signal && { signal: request.signal }),
    })
    return reply(response)
  }
}

export const view = (from: string, to: string, rest = ''): string =>
  `/me/calendarView?startDateTime=${from}&endDateTime=${to}${rest}`
