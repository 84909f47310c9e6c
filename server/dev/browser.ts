/** A browser without a screen: keeps cookies, does not follow redirects, and fills in forms by their action. */
export class Browser {
  readonly #origin: string
  readonly #cookies: Map<string, string>
  readonly #fetch: typeof fetch

  /** With another browser's `cookies`, it is that browser at another address of the same application. */
  constructor(origin: string, cookies = new Map<string, string>(), wire: typeof fetch = fetch) {
    this.#origin = origin
    this.#cookies = cookies
    this.#fetch = wire
  }

  get cookies(): Map<string, string> {
    return this.#cookies
  }

  get(pathOrUrl: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#send(pathOrUrl, { method: 'GET', headers })
  }

  /** Posts the form of `page` whose action is `action`, its hidden fields included, as a person would. */
  submit(
    page: Page,
    action: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    const form = page.form(action)
    if (form === undefined) throw new Error(`the page has no form for ${action}`)
    return this.post(action, { ...form, ...fields }, headers)
  }

  /** Posts exactly these fields, as a form of our own page would. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    return this.#send(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.#origin,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  async json(
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: unknown }> {
    const answer = await this.#fetch(new URL(path, this.#origin), {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    })
    return { status: answer.status, body: await answer.json() }
  }

  async #send(pathOrUrl: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.#fetch(new URL(pathOrUrl, this.#origin), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie !== '' && { cookie }) },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return new Page(answer.status, answer.headers.get('location') ?? undefined, await answer.text(), answer.headers)
  }
}

const plainText = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

export class Page {
  readonly status: number
  readonly location: string | undefined
  readonly text: string
  readonly headers: Headers

  constructor(status: number, location: string | undefined, text: string, headers: Headers) {
    this.status = status
    this.location = location
    this.text = text
    this.headers = headers
  }

  /** Where the page goes on to by itself (the Refresh header); undefined where it stays. */
  get refresh(): string | undefined {
    return /^0;\s*url=(.*)$/i.exec(this.headers.get('refresh') ?? '')?.[1]
  }

  /** The addresses of its links. */
  get links(): string[] {
    return [...this.text.matchAll(/<a\b([^>]*)>/g)].map(([, attributes = '']) =>
      plainText(attribute(attributes, 'href') ?? ''),
    )
  }

  /** The hidden fields of the form with this action. */
  form(action: string): Record<string, string> | undefined {
    const forms = [...this.text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)]
    const found = forms.find(([, attributes = '']) => plainText(attribute(attributes, 'action') ?? '') === action)
    if (found === undefined) return undefined
    const inputs = [...(found[2] ?? '').matchAll(/<input\b([^>]*)>/g)].map(([, attributes = '']) => attributes)
    const hidden = inputs.filter((attributes) => attribute(attributes, 'type') === 'hidden')
    return Object.fromEntries(
      hidden.map((attributes) => [
        attribute(attributes, 'name') ?? '',
        plainText(attribute(attributes, 'value') ?? ''),
      ]),
    )
  }
}

const attribute = (attributes: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1]
