import type { MicrosoftConfig } from '../config.ts'
import { garbled } from './graph-errors.ts'

/**
 * A link out of an answer, if it leads below `/v1.0/` of the configured origin, where the token may go; else throws `garbled`.
 * It is checked after parsing, which resolves dots and user names: what is checked is what would be called (F-27).
 */
export function graphLink(config: MicrosoftConfig, link: unknown): URL {
  const url = typeof link === 'string' && URL.canParse(link) ? new URL(link) : undefined
  const ours =
    url?.origin === config.graphUrl && url.username === '' && url.password === '' && url.pathname.startsWith('/v1.0/')
  if (!ours) throw garbled('foreign_link')
  return url
}
