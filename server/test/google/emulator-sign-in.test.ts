import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IRIS, REDIRECT_URI } from '../support/google-account.ts'
import { CALENDAR, Tokens, type Visitor, visitEmulator } from './emulator-support.ts'

let visitor: Visitor
beforeEach(async () => {
  visitor = await visitEmulator()
})
afterEach(() => visitor.google.close())

describe('the emulated sign-in', () => {
  it('lists accounts and scopes, and sends the browser back with a code', async () => {
    const page = await fetch(visitor.authorizeUrl())
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:3000")
    for (const words of [IRIS, `${CALENDAR}.events.owned`]) expect(html).toContain(words)
    const form = new URLSearchParams({
      request: visitor.authorizeUrl().searchParams.toString(),
      account: IRIS,
      decision: 'accept',
    })
    form.append('scope', `${CALENDAR}.freebusy`)
    const answer = await fetch(`${visitor.google.origin}/o/oauth2/v2/auth/decide`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    })
    const back = new URL(answer.headers.get('location') ?? '')
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([REDIRECT_URI, 'state'])
    const tokens = Tokens.parse(await (await visitor.redemption(back.searchParams.get('code') ?? '')).json())
    expect(tokens.scope).toBe(`openid https://www.googleapis.com/auth/userinfo.email ${CALENDAR}.freebusy`)
  })

  it('shows several calendar scopes with boxes that come empty, fills them by "Select all", and a single one without a box', async () => {
    const page = async (url: URL) => (await fetch(url)).text()
    const boxes = (html: string) => html.match(/<input type="checkbox"[^>]*>/g) ?? []
    const url = visitor.authorizeUrl({ scope: `openid ${CALENDAR}.freebusy ${CALENDAR}.events.owned` })
    expect(boxes(await page(url)).filter((box) => box.includes('checked'))).toEqual([])
    const form = new URLSearchParams({ request: url.searchParams.toString(), account: IRIS, decision: 'select-all' })
    const all = await fetch(`${visitor.google.origin}/o/oauth2/v2/auth/decide`, { method: 'POST', body: form })
    expect(boxes(await all.text()).map((box) => box.includes('checked'))).toEqual([true, true])
    const single = await page(visitor.authorizeUrl({ scope: `openid ${CALENDAR}.freebusy` }))
    expect(boxes(single)).toEqual([])
    expect(single).toContain(`type="hidden" name="scope" value="${CALENDAR}.freebusy"`)
  })

  it('sends a refusal back as access_denied', () => {
    const back = visitor.google.signIn(visitor.authorizeUrl(), IRIS, 'decline')
    expect([back.searchParams.get('error'), back.searchParams.get('code')]).toEqual(['access_denied', null])
  })

  it.each([
    ['client_id', 'other'],
    ['redirect_uri', 'http://127.0.0.1:3000/elsewhere'],
    ['scope', 'https://mail.google.com/'],
    ['code_challenge_method', 'plain'],
  ])('never redirects when %s is wrong', async (name, value) => {
    const page = await fetch(visitor.authorizeUrl({ [name]: value }), { redirect: 'manual' })
    expect(page.status).toBe(400)
  })

  it('enforces verifier, secret, redirect URI, single use and ten minutes', async () => {
    const status = async (response: Promise<Response>) => (await response).status
    expect(await status(visitor.redemption(visitor.codeOf(visitor.authorizeUrl()), { code_verifier: 'wrong' }))).toBe(
      400,
    )
    expect(await status(visitor.redemption(visitor.codeOf(visitor.authorizeUrl()), { client_secret: 'wrong' }))).toBe(
      401,
    )
    expect(
      await status(
        visitor.redemption(visitor.codeOf(visitor.authorizeUrl()), { redirect_uri: 'http://127.0.0.1:3000/' }),
      ),
    ).toBe(400)
    const late = visitor.codeOf(visitor.authorizeUrl())
    visitor.clock.advance(600_001)
    expect(await status(visitor.redemption(late))).toBe(400)
    const twice = visitor.codeOf(visitor.authorizeUrl())
    const { access_token: access } = Tokens.parse(await (await visitor.redemption(twice)).json())
    expect(await status(visitor.redemption(twice))).toBe(400)
    expect((await visitor.api(access, 'GET', 'users/me/calendarList')).status).toBe(401)
  })

  it('gives a refresh token with consent only', async () => {
    expect((await visitor.signIn()).refresh_token).toBeDefined()
    expect((await visitor.signIn({ prompt: 'select_account' })).refresh_token).toBeUndefined()
    expect((await visitor.signIn({ access_type: 'online' })).refresh_token).toBeUndefined()
  })
})

describe('revoking', () => {
  const revoke = (value: string) =>
    fetch(new URL('/revoke', visitor.google.origin), { method: 'POST', body: new URLSearchParams({ token: value }) })
  const refreshes = async (refreshToken: string | undefined) =>
    (await visitor.token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' })).status

  it.each(['refresh_token', 'access_token'] as const)(
    'with one %s ends every grant of the account, and nobody else’s',
    async (name) => {
      const [first, second] = [await visitor.signIn(), await visitor.signIn({ scope: `openid ${CALENDAR}.freebusy` })]
      const stranger = Tokens.parse(
        await (await visitor.redemption(visitor.codeOf(visitor.authorizeUrl(), 'jonas@practice.example'))).json(),
      )
      const undecided = visitor.codeOf(visitor.authorizeUrl())
      expect((await revoke(first[name] ?? '')).status).toBe(200)
      expect([await refreshes(first.refresh_token), await refreshes(second.refresh_token)]).toEqual([400, 400])
      expect((await visitor.api(second.access_token, 'POST', 'freeBusy', {})).status).toBe(401)
      expect((await visitor.redemption(undecided)).status).toBe(400)
      expect(await refreshes(stranger.refresh_token)).toBe(200)
      expect((await revoke(second[name] ?? '')).status).toBe(400)
      expect(await refreshes((await visitor.signIn()).refresh_token)).toBe(200)
    },
  )
})
