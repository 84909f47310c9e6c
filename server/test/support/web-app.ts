import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { onTestFinished } from 'vitest'
import { type Fakes, fakeApp, newFakes, type Swaps } from './fake-services.ts'
import { PASSWORD } from './fixtures.ts'

/** The web application on a socket of its own, with fakes behind it; closed when the test ends. */
export async function startWebApp(change: (fakes: Fakes) => void = () => {}, swaps: Swaps = {}) {
  const fakes = newFakes()
  change(fakes)
  const server = createServer(fakeApp(fakes, swaps))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  /** A browser with cookies of its own. */
  const browser = () => request.agent(origin)
  return { fakes, origin, browser, asked: (what: string) => fakes.asked.filter((call) => call.what === what) }
}

export type WebApp = Awaited<ReturnType<typeof startWebApp>>
export type Browser = ReturnType<WebApp['browser']>

/** What a hidden field of the first form on a page holds. */
export const hidden = (html: string, name: string): string =>
  new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''

export async function signIn(browser: Browser, email = 'ada@praxis.example'): Promise<void> {
  const page = await browser.get('/sign-in')
  const fields = { _csrf: hidden(page.text, '_csrf'), email, password: PASSWORD }
  await browser.post('/sign-in').type('form').send(fields).expect(303)
}

/** A browser that is signed in, and the token of its forms. */
export async function member(web: WebApp): Promise<{ browser: Browser; csrf: string }> {
  const browser = web.browser()
  await signIn(browser)
  const page = await browser.get('/settings/calendar').expect(200)
  return { browser, csrf: hidden(page.text, '_csrf') }
}

/** `Set-Cookie` headers, one each. */
export const cookiesOf = (response: { readonly headers: Record<string, unknown> }): string[] => {
  const found = response.headers['set-cookie']
  return Array.isArray(found) ? found.map(String) : []
}
