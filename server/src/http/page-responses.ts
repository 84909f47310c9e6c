import type { Response } from 'express'
import type { VNode } from 'preact'
import { LANGUAGE_TAGS } from './pages/formatting.ts'
import { htmlOf } from './pages/layout.tsx'
import { PROBLEMS, type ProblemKind } from './problem-details.ts'
import { readerLocale } from './reader-locale.ts'

/** Sends a page, in its reader's language: with status 200, or with the status of the problem that kept the request from being done. */
export function show(res: Response, page: VNode, problem?: ProblemKind, retryAfterSeconds?: number): void {
  const locale = readerLocale(res)
  if (retryAfterSeconds !== undefined) res.set('Retry-After', String(retryAfterSeconds))
  // Node counts the bytes, and sends nothing of it for HEAD. Express's `send` would read the type again, and copy the text once more.
  res
    .status(problem === undefined ? 200 : PROBLEMS[problem].status)
    .setHeader('Content-Type', 'text/html; charset=utf-8')
    .setHeader('Content-Language', LANGUAGE_TAGS[locale.language])
    .end(htmlOf(page, locale))
}

/** Redirects to a path of ours, so that reloading the page there repeats no post. */
export const goTo = (res: Response, path: `/${string}`): void => res.redirect(303, path)

/**
 * Leads the browser to another origin after a form post, by a page that goes on by itself. Not by a redirect: Chromium applies
 * `form-action` to every redirect that a form post meets, those of the other origin too
 * (server/docs/decisions/015-leaving-by-a-page.md). `page` has a link to the same address.
 */
export function leave(res: Response, address: URL, page: VNode): void {
  res.set('Refresh', `0;url=${address.href}`)
  show(res, page)
}
