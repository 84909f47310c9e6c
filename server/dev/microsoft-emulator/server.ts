import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Cloud } from './cloud.ts'
import { deliver } from './deliver.ts'
import type { JournalEntry } from './journal.ts'
import { Quiet } from './quiet.ts'
import type { Answer, Exchange, Handler, Incoming } from './wire.ts'

const MAX_BODY = 4 * 1024 * 1024 // Graph refuses larger request bodies too

export interface Routes {
  readonly graph: Handler
  readonly token: Handler
  /** Everything a browser sees, and the key documents. */
  readonly pages: Handler
}

function kindOf(path: string): JournalEntry['kind'] {
  if (path.startsWith('/v1.0/')) return 'graph'
  if (path.endsWith('/oauth2/v2.0/token')) return 'token'
  if (path.endsWith('/oauth2/v2.0/authorize')) return 'authorize'
  if (path.endsWith('/v2.0/adminconsent')) return 'adminconsent'
  if (path.includes('/.well-known/')) return 'metadata'
  return path.endsWith('/keys') ? 'keys' : 'page'
}

/** One listener for Entra and Graph, so that one origin serves as both. */
export function createListener(cloud: Cloud, routes: Routes): Server {
  const quiet = new Quiet(cloud)
  const server = createServer((req, res) => {
    const started = performance.now()
    // Nothing may take the emulator down in the middle of a demo: a mistake of its own is a 500 with its message.
    exchange(cloud, routes, quiet, req, res, started).catch((error: unknown) => {
      if (res.headersSent || res.closed) res.destroy()
      else res.writeHead(500, { 'content-type': 'text/plain' }).end(`emulator: ${String(error)}`)
    })
  })
  server.keepAliveTimeout = 30_000
  return server
}

async function exchange(
  cloud: Cloud,
  routes: Routes,
  quiet: Quiet,
  req: IncomingMessage,
  res: ServerResponse,
  started: number,
): Promise<void> {
  const content = await read(req)
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  const context: Exchange = {
    onSent: [],
    clientGone: gone.signal,
    account: undefined,
    mailboxOf: undefined,
    early: false,
    faulty: false,
  }
  const incoming = incomingOf(req, content, context)
  const kind = kindOf(incoming.path)
  const entry = cloud.journal.open({
    at: cloud.now(),
    kind,
    method: incoming.method,
    path: incoming.target,
    requestHeaders: incoming.headers,
    requestBody: bodyForJournal(content, incoming.headers['content-type']),
    early: false,
    faulty: false,
  })
  const handler = kind === 'graph' ? routes.graph : kind === 'token' ? routes.token : routes.pages
  if (kind === 'token') context.early = quiet.isEarly('token')
  const answer = await handler(incoming)
  if (kind === 'token') quiet.heard('token', answer)
  const slow = kind === 'graph' || kind === 'token'
  if (slow && cloud.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, cloud.latencyMs))
  if (answer.until) await Promise.race([answer.until, aborted(gone.signal)])
  complete(entry, answer, context)
  await deliver(res, answer, incoming.headers['accept-encoding'] ?? '')
  for (const undo of context.onSent) undo()
  entry.tookMs = performance.now() - started
  cloud.journal.done(entry)
}

function complete(entry: JournalEntry, answer: Answer, context: Exchange): void {
  if (answer.delivery?.how !== 'hang' && answer.delivery?.how !== 'reset') entry.status = answer.status
  entry.responseHeaders = answer.headers ?? {}
  entry.responseBody = answer.raw === undefined ? answer.body : context.faulty ? undefined : String(answer.raw)
  entry.early = context.early
  entry.faulty = context.faulty
  if (context.account) entry.account = context.account.address
}

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

async function read(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY) throw new RangeError('request body over 4 MB')
    chunks.push(chunk)
  }
  return size === 0 ? undefined : Buffer.concat(chunks).toString('utf8')
}

function incomingOf(req: IncomingMessage, content: string | undefined, exchange: Exchange): Incoming {
  const target = req.url ?? '/'
  const mark = target.indexOf('?')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(req.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return {
    method: req.method ?? 'GET',
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers,
    content,
    batchItem: false,
    exchange,
  }
}

function bodyForJournal(content: string | undefined, type = ''): unknown {
  if (content === undefined) return undefined
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(content))
  try {
    return JSON.parse(content)
  } catch {
    return content
  }
}
