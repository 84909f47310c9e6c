import { Browser, type Page } from '../../dev/browser.ts'
import type { GoogleEmulator } from '../../dev/google-emulator/index.ts'
import type { Account, MicrosoftEmulator } from '../../dev/microsoft-emulator/index.ts'
import type { Practice } from './practice.ts'

type Fields = Readonly<Record<string, string>>

/** Signs the owner of `practice` in at the application with this address; turned away by a busy machine, she tries again. */
export async function signIn(origin: string, practice: Practice, browser = new Browser(origin)): Promise<Therapist> {
  const { email, password } = practice
  for (;;) {
    const answer = await browser.submit(await browser.get('/sign-in'), '/sign-in', { email, password })
    if (answer.status === 303) return new Therapist(origin, browser, practice)
    if (answer.status !== 503) throw new Error(`signing in answered ${answer.status}`)
  }
}

const SETTINGS = '/settings/calendar'

/** A signed-in owner at one instance. */
export class Therapist {
  readonly origin: string
  readonly browser: Browser
  readonly practice: Practice

  constructor(origin: string, browser: Browser, practice: Practice) {
    this.origin = origin
    this.browser = browser
    this.practice = practice
  }

  /** The same person in the same browser, met by another instance. */
  at({ origin }: { readonly origin: string }): Therapist {
    return new Therapist(origin, new Browser(origin, this.browser.cookies), this.practice)
  }

  settings(): Promise<Page> {
    return this.browser.get(SETTINGS)
  }

  /** Presses a button of the settings page; `action` is the last word of the form's address. */
  async press(
    action: 'connect' | 'disconnect' | 'confirm' | 'calendars' | 'check',
    fields: Fields = {},
  ): Promise<Page> {
    const path = `${SETTINGS}/${action}`
    const page = await this.settings()
    const form = page.form(path) === undefined ? await this.browser.get(`${SETTINGS}?${action}`) : page
    return this.browser.submit(form, path, fields)
  }

  /** Presses "connect"; the address of the provider's page. */
  async leave(provider: 'microsoft' | 'google' = 'microsoft', access = 'bookings', more: Fields = {}): Promise<URL> {
    const { status, refresh, links } = await this.press('connect', { provider, access, ...more })
    if (status !== 200 || refresh === undefined) throw new Error(`connecting answered ${status}`)
    if (links.length !== 1 || links[0] !== refresh) throw new Error(`the page leads to ${links.join(' and ')}`)
    return new URL(refresh)
  }

  /** Follows a callback's address, at this instance whatever its origin says. */
  back(callback: string | URL, headers: Fields = {}): Promise<Page> {
    const { pathname, search } = new URL(callback, this.origin)
    return this.browser.get(`${pathname}${search}`, headers)
  }

  /** Connects a Microsoft account; where she lands. */
  async connectMicrosoft(microsoft: MicrosoftEmulator, account: Account, access = 'bookings'): Promise<string> {
    const page = await this.back(await microsoft.signIn((await this.leave('microsoft', access)).href, account))
    return page.location ?? String(page.status)
  }

  /** Connects a Google account, by its address; where she lands. */
  async connectGoogle(google: GoogleEmulator, email = 'iris@practice.example', access = 'bookings'): Promise<string> {
    const page = await this.back(google.signIn(await this.leave('google', access), email, 'accept'))
    return page.location ?? String(page.status)
  }
}
