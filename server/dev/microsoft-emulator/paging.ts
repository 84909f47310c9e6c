import type { Cloud } from './cloud.ts'
import { badRequest } from './graph-answers.ts'
import type { Answer, Incoming } from './wire.ts'

// Outlook's page when nobody asks for another size (microsoft-graph-docs issue 4636).
const DEFAULT_PAGE = 10

const tokenFor = (offset: number): string => Buffer.from(`p1:${offset}`).toString('base64url')

function offsetOf(query: URLSearchParams): number | undefined {
  const token = query.get('$skiptoken')
  if (token === null) return Number(query.get('$skip') ?? 0)
  const [, offset] = /^p1:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? []
  return offset === undefined ? undefined : Number(offset)
}

const wholeNumber = (text: string | null): boolean => text === null || /^\d{1,9}$/.test(text)

/** One page of a listing, and an opaque absolute link to the next. */
export function paged<Item>(
  cloud: Cloud,
  incoming: Incoming,
  preferredSize: number | undefined,
  all: readonly Item[],
  write: (item: Item) => unknown,
  context?: string,
): Answer {
  const { query } = incoming
  const top = query.get('$top')
  if (!wholeNumber(top) || !wholeNumber(query.get('$skip')))
    return badRequest('ErrorInvalidUrlQuery', 'The query specified in the URI is not valid.')
  const offset = offsetOf(query)
  if (offset === undefined) return badRequest('ErrorInvalidUrlQuery', 'The $skiptoken is not valid.')
  const size = Math.min(Number(top ?? preferredSize ?? DEFAULT_PAGE), cloud.maxPageSize)
  const value = all.slice(offset, offset + size).map(write)
  const body: Record<string, unknown> = {}
  if (context) body['@odata.context'] = context
  if (query.get('$count') === 'true') body['@odata.count'] = all.length
  if (size > 0 && offset + size < all.length) {
    const next = new URLSearchParams(query)
    next.delete('$skip')
    next.set('$skiptoken', tokenFor(offset + size))
    body['@odata.nextLink'] = `${cloud.origin}${incoming.path}?${next}`
  }
  body.value = value
  return { status: 200, body }
}
