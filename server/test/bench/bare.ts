import { type Http, type HttpRequest, http } from '../../src/net/http.ts'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'

/** A request as the adapter sent it, headers and token included. */
export interface Exchange {
  readonly url: string
  readonly method: HttpRequest['method']
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Whatever `read` sends through the binding, written down. */
export async function exchangesOf(
  open: (http: Http) => CalendarBinding,
  read: (binding: CalendarBinding) => Promise<unknown>,
): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  const binding = open((url, request) => {
    const { method, headers, body } = request
    exchanges.push({ url: url.href, method, headers, body })
    return http(url, request)
  })
  await read(binding)
  return exchanges
}

/** The limit: nobody who asks Graph this question with Node's own client can be quicker. Keep-alive is its default. */
export async function bareExchange({ url, method, headers, body }: Exchange): Promise<unknown> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  if (response.status !== 200) throw new Error(`the bare exchange was answered ${response.status}`)
  return JSON.parse(await response.text())
}

/** The same by the program's own transport: what is left to gain by an adapter that costs nothing. */
export async function transportExchange({ url, method, headers, body }: Exchange): Promise<unknown> {
  const { signal } = new AbortController()
  const request = { method, headers, signal, ...(body === undefined ? {} : { body }) }
  const { status, bytes } = await http(new URL(url), request)
  if (status !== 200) throw new Error(`the bare exchange was answered ${status}`)
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}

/** The same through all pages; gives their number. */
export async function bareChain(first: Exchange): Promise<number> {
  for (let url: string | undefined = first.url, pages = 0; ; ) {
    const page = (await bareExchange({ ...first, url })) as { '@odata.nextLink'?: string }
    pages += 1
    url = page['@odata.nextLink']
    if (url === undefined) return pages
  }
}
