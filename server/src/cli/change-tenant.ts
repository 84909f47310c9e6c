import { z } from 'zod'
import { changeTenant } from '../adapters/postgres/accounts/change-tenant.ts'
import type { Config } from '../config.ts'
import { openStores } from '../di.ts'
import {
  Clock,
  contactLine,
  type Given,
  Language,
  Languages,
  Meet,
  reasons,
  refusing,
  slug,
  TERMINAL,
} from './tenant-options.ts'

const Changes = z.object({
  slug,
  meet: Meet.optional(),
  service: z.string().optional(),
  'contact-line': contactLine.optional(),
  language: Language.optional(),
  languages: Languages.optional(),
  clock: Clock.optional(),
})

const REFUSED = {
  no_tenant: 'there is no practice with that slug',
  no_service: 'the practice has no service of that name',
  language_missing: '--languages has to name the language of the practice too',
  german_clock: '--clock 12h does not go with German',
} as const

/** Changes how a tenant's clients meet their therapist, how else they reach her, and its languages and clock. Exit code 1 with a reason otherwise. */
export async function changeTenantCommand(config: Config, values: Given, terminal = TERMINAL): Promise<number> {
  const { print, json } = terminal
  const refuse = refusing('change-tenant', terminal)
  const parsed = Changes.safeParse(values)
  if (!parsed.success) return refuse(reasons(parsed.error, values))
  const { slug, meet, service, 'contact-line': contact, language, languages, clock } = parsed.data
  const isEmpty = [meet, contact, language, languages, clock].every((given) => given === undefined)
  if (isEmpty) return refuse('nothing to change: give --meet, --contact-line, --language, --languages or --clock')
  if (service !== undefined && meet === undefined) return refuse('--service goes with --meet')

  const { database, close } = await openStores(config)
  try {
    const outcome = await changeTenant(database, slug, {
      ...(meet !== undefined && { online: meet === 'online' }),
      ...(service !== undefined && { service }),
      ...(contact !== undefined && { contactLine: contact === '' ? null : contact }),
      ...(language !== undefined && { language }),
      ...(languages !== undefined && { languages }),
      ...(clock !== undefined && { clock }),
    })
    if (outcome !== 'changed') return refuse(REFUSED[outcome])
    const bookingPage = `${config.appUrl}/book/${slug}`
    print(json ? JSON.stringify({ bookingPage }) : `Changed. Booking page: ${bookingPage}`)
    return 0
  } finally {
    await close()
  }
}
