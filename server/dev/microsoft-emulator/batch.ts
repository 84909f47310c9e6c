import { z } from 'zod'
import { badRequest } from './graph-answers.ts'
import { type Answer, type Incoming, jsonOf } from './wire.ts'

const MAX_ITEMS = 20

const Batch = z.object({
  requests: z.array(
    z.object({
      id: z.string().min(1),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
      dependsOn: z.array(z.string()).optional(),
    }),
  ),
})

export interface BatchItem {
  readonly id: string
  readonly dependsOn: readonly string[]
  readonly incoming: Incoming
}

/** The items of `$batch` (learn.microsoft.com/graph/json-batching), or the refusal of the whole. */
export function readBatch(incoming: Incoming): BatchItem[] | Answer {
  if (incoming.method !== 'POST') return badRequest('BadRequest', 'Batch requests take POST.')
  const parsed = Batch.safeParse(jsonOf(incoming))
  if (!parsed.success) return badRequest('BadRequest', 'Invalid batch payload format.')
  const { requests } = parsed.data
  if (requests.length > MAX_ITEMS)
    return badRequest(
      'MaximumValueExceeded',
      `Number of batch request steps exceeds the maximum value of ${MAX_ITEMS}.`,
    )
  const seen = new Set<string>()
  for (const { id, url, headers, body, dependsOn } of requests) {
    if (seen.has(id.toLowerCase())) return badRequest('BadRequest', `Request id ${id} is not unique.`)
    if (dependsOn?.some((other) => !seen.has(other.toLowerCase())))
      return badRequest('BadRequest', `Request ${id} depends on a request that does not come before it.`)
    seen.add(id.toLowerCase())
    if (/^https?:/i.test(url)) return badRequest('BadRequest', `The url of request ${id} must be relative.`)
    if (body !== undefined && !hasContentType(headers))
      return badRequest('BadRequest', `Write request ${id} does not contain Content-Type header or body.`)
  }
  return requests.map((request) => itemOf(request, incoming))
}

const hasContentType = (headers: Record<string, string> = {}): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')

function itemOf(request: z.output<typeof Batch>['requests'][number], outer: Incoming): BatchItem {
  const target = `/v1.0${request.url.startsWith('/') ? '' : '/'}${request.url}`
  const mark = target.indexOf('?')
  const headers: Record<string, string> = { host: outer.headers.host ?? '' }
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value
  return {
    id: request.id,
    dependsOn: request.dependsOn ?? [],
    incoming: {
      method: request.method.toUpperCase(),
      target,
      path: mark < 0 ? target : target.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
      headers,
      content: request.body === undefined ? undefined : { json: request.body },
      batchItem: true,
      exchange: outer.exchange,
    },
  }
}
