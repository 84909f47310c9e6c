import type { Request } from 'express'
import { z } from 'zod'

/** Forms that hold a choice worth keeping, by their addresses. None has a password in it. */
const KEPT_FORMS = ['connect', 'calendars', 'confirm', 'disconnect'] as const

export type KeptForm = (typeof KEPT_FORMS)[number]

/** A form that came after the session had ended, without its token. */
export interface UnsentForm {
  readonly form: KeptForm
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** With it a form of signing in stays below the limit of its body. */
const MAXIMUM = 8_000

const Body = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

export const actionOf = ({ form }: UnsentForm): string => `/settings/calendar/${form}`

/**
 * What a request wanted to do, to be offered again after signing in. Only where the browser itself says that a page of ours
 * sent it: the token that says so of other posts ended with the session.
 */
export function unsentFormIn(req: Pick<Request, 'get' | 'path' | 'body'>): UnsentForm | undefined {
  const form = KEPT_FORMS.find((name) => req.path === `/settings/calendar/${name}`)
  const body = Body.safeParse(req.body)
  if (req.get('sec-fetch-site') !== 'same-origin' || form === undefined || !body.success) return undefined
  const fields = Object.entries(body.data)
    .filter(([name]) => name !== '_csrf')
    .flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const))
  const unsent = { form, fields }
  return textOf(unsent).length <= MAXIMUM ? unsent : undefined
}

/** As a field of the sign-in form holds it. */
export const textOf = ({ form, fields }: UnsentForm): string =>
  `${form}?${new URLSearchParams(fields.map(([name, value]) => [name, value]))}`

/** Of what {@link textOf} made; undefined for anything else. */
export function unsentFormOf(text: unknown): UnsentForm | undefined {
  if (typeof text !== 'string' || text.length > MAXIMUM) return undefined
  const [name, query] = text.split(/\?(.*)/s)
  const form = KEPT_FORMS.find((known) => known === name)
  return form && { form, fields: [...new URLSearchParams(query)].filter(([field]) => field !== '_csrf') }
}
