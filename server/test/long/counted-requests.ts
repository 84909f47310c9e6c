export interface Failure {
  readonly at: Date
  readonly request: string
  /** A status, or what broke the connection. */
  readonly answer: string
  /** Of the answer, and of the lines that the log has of it. */
  readonly requestId: string | undefined
}

const byte = (): number => Math.floor(Math.random() * 256)

/** Requests that come from everywhere, how long each took, and which of them failed. */
export class CountedRequests {
  readonly failures: Failure[] = []
  readonly #milliseconds: number[] = []

  get count(): number {
    return this.#milliseconds.length
  }

  /** For a `Browser`. An answer from 400 on, or none, is a failure. */
  readonly fetch: typeof fetch = (input, init) => this.#send(input, init, (status) => status < 400)

  /** Any other status than `wanted`, and none, is a failure; rejects where there is none. */
  ask(url: string, wanted: number, init: RequestInit = {}): Promise<Response> {
    return this.#send(url, init, (status) => status === wanted)
  }

  /** At least this share took no longer. */
  quantile(share: number): number {
    const sorted = this.#milliseconds.toSorted((a, b) => a - b)
    return Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)
  }

  async #send(
    input: string | URL | Request,
    init: RequestInit = {},
    isWanted: (status: number) => boolean,
  ): Promise<Response> {
    const begun = performance.now()
    const request = `${init.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input).pathname}`
    const fail = (answer: string, requestId: string | null = null): void =>
      void this.failures.push({ at: new Date(), request, answer, requestId: requestId ?? undefined })
    const headers = new Headers(init.headers)
    if (!headers.has('x-forwarded-for')) headers.set('x-forwarded-for', `198.51.${byte()}.${byte()}`)
    try {
      const answer = await fetch(input, { ...init, headers })
      const body = await answer.arrayBuffer()
      if (!isWanted(answer.status)) fail(String(answer.status), answer.headers.get('x-request-id'))
      const empty = [204, 303, 304].includes(answer.status)
      return new Response(empty ? null : body, { status: answer.status, headers: answer.headers })
    } catch (error) {
      fail(String(error))
      throw error
    } finally {
      this.#milliseconds.push(performance.now() - begun)
    }
  }
}
