/** One exchange, as validators of recorded traffic like it, and what the emulator knew about it. */
export interface JournalEntry {
  readonly at: Date
  readonly kind: 'graph' | 'token' | 'authorize' | 'adminconsent' | 'metadata' | 'keys' | 'page'
  readonly method: string
  /** Path with its query. */
  readonly path: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: unknown
  /** Absent while the answer is pending and when none was ever sent. */
  status?: number
  responseHeaders?: Readonly<Record<string, string>>
  responseBody?: unknown
  /** The address of the account whose mailbox or grant it concerned. */
  account?: string
  /** It came before an earlier Retry-After for the same mailbox (or for the token endpoint) was over. */
  early: boolean
  /** The answer was spoiled on purpose; the request still counts. */
  faulty: boolean
  /** Milliseconds from the last byte of the request to the end of the answer. */
  tookMs?: number
}

const SECRETS = new Set(
  `client_secret client_assertion code refresh_token code_verifier access_token id_token client_info login_hint`.split(
    ' ',
  ),
)

export class Journal {
  readonly entries: JournalEntry[] = []
  /** Switch off for benches: bodies of every exchange would be kept. */
  recording = true
  private readonly waiting = new Set<(entry: JournalEntry) => void>()

  open(entry: JournalEntry): JournalEntry {
    if (this.recording) this.entries.push(entry)
    return entry
  }

  /** Tells those who wait that an exchange is complete. */
  done(entry: JournalEntry): void {
    for (const tell of this.waiting) tell(entry)
  }

  of(kind: JournalEntry['kind']): JournalEntry[] {
    return this.entries.filter((entry) => entry.kind === kind)
  }

  /** Entries whose `METHOD path` contains the text or matches the pattern. */
  matching(what: string | RegExp): JournalEntry[] {
    return this.entries.filter((entry) => {
      const line = `${entry.method} ${entry.path}`
      return typeof what === 'string' ? line.includes(what) : what.test(line)
    })
  }

  /** The first completed exchange, past or future, that fits. */
  until(fits: (entry: JournalEntry) => boolean, signal?: AbortSignal): Promise<JournalEntry> {
    const past = this.entries.find((entry) => entry.tookMs !== undefined && fits(entry))
    return past ? Promise.resolve(past) : this.next(fits, signal)
  }

  /** The next exchange to complete that fits. */
  next(fits: (entry: JournalEntry) => boolean, signal?: AbortSignal): Promise<JournalEntry> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.waiting.delete(tell)
        signal?.removeEventListener('abort', abort)
      }
      const abort = () => {
        settle()
        reject(signal?.reason)
      }
      const tell = (entry: JournalEntry) => {
        if (!fits(entry)) return
        settle()
        resolve(entry)
      }
      this.waiting.add(tell)
      signal?.addEventListener('abort', abort, { once: true })
      if (signal?.aborted) abort()
    })
  }

  clear(): void {
    this.entries.length = 0
  }

  /** Graph and token exchanges as JSON lines, secrets replaced; the answer of a faulty exchange is left out. */
  toJsonLines(): string {
    const lines = this.entries
      .filter((entry) => entry.kind === 'graph' || entry.kind === 'token')
      .map(({ method, path, requestHeaders, requestBody, ...rest }) => {
        const hide = rest.kind === 'token' ? redact : (value: unknown) => value
        const request = {
          method,
          path,
          requestHeaders: withoutCredentials(requestHeaders),
          requestBody: hide(requestBody),
        }
        if (rest.faulty || rest.status === undefined) return { ...request, faulty: rest.faulty }
        return {
          ...request,
          status: rest.status,
          responseHeaders: rest.responseHeaders,
          responseBody: hide(rest.responseBody),
        }
      })
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  }
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = { ...headers }
  if (kept.authorization) kept.authorization = kept.authorization.replace(/^(\S+)\s+\S.*$/, '$1 redacted')
  delete kept.cookie
  return kept
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRETS.has(key) && typeof inner === 'string' && inner.length > 1 ? 'redacted' : redact(inner),
    ]),
  )
}

/** A path safe to show: codes and hints in its query replaced. */
export const withoutSecrets = (path: string): string =>
  path.replace(/([?&](?:code|client_info|login_hint|state|nonce|code_challenge)=)[^&]*/g, '$1redacted')
