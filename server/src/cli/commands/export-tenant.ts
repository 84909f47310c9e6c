import { z } from 'zod'
import type { Administration } from '../administration.ts'
import { type Command, checked, type Streamed, type Values } from '../command.ts'
import { slug, tenantOf } from './tenants.ts'

async function run(values: Values, administration: Administration): Promise<Streamed> {
  const { id } = await tenantOf(administration, checked(z.object({ slug }), values).slug)
  return { document: administration.exportTenant(id, 'operator') }
}

export const EXPORT_COMMAND: Command = {
  name: 'tenants export',
  takes: ['slug'],
  says: 'All that is kept of a practice as one JSON document, its clients’ names and addresses among it; no token, hash or key.',
  run,
}
