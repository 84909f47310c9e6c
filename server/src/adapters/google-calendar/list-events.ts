import type { calendar_v3 } from '@googleapis/calendar'
import { z } from 'zod'
import type { Interval } from '../../domain/interval.ts'
import { pagesFrom } from '../../net/pages.ts'
import type { RemovalParts } from './event-removal.ts'
import { garbled } from './transport/google-errors.ts'

/** Google's largest: developers.google.com/workspace/calendar/api/v3/reference/events/list, maxResults */
const LARGEST_PAGE = 2500

type Asked = Omit<calendar_v3.Params$Resource$Events$List, 'timeMin' | 'timeMax' | 'maxResults' | 'pageToken'>

/** The items of all pages of `events.list`, each as `item` reads it; `fields` has to name `nextPageToken` besides. */
export async function* listEvents<Item extends z.ZodType>(
  { send, maxPages }: Pick<RemovalParts, 'send' | 'maxPages'>,
  { start, end }: Interval,
  { item, ...asked }: Asked & { readonly item: Item },
): AsyncGenerator<z.infer<Item>> {
  const schema = z.object({ items: z.array(item).default([]), nextPageToken: z.string().min(1).optional() })
  const query = { ...asked, timeMin: start.toISOString(), timeMax: end.toISOString(), maxResults: LARGEST_PAGE }
  const read = async (pageToken?: string) => {
    const { items, nextPageToken: next } = await send({
      name: 'events.list',
      repeatable: true,
      schema,
      request: (api, options) =>
        api.events.list({ ...query, ...(pageToken === undefined ? {} : { pageToken }) }, options),
    })
    return { items, next }
  }
  const endless = () => garbled('the list of events has no end')
  for await (const { items } of pagesFrom(await read(), { read, limit: maxPages, endless })) yield* items
}
