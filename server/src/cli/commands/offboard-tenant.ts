import { z } from 'zod'
import type { EventsThere, Offboarding } from '../../ports/tenant-offboarding.ts'
import type { EndedAccount, Offboarded } from '../../services/offboard-tenant.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, moment, Refused, table, type Values } from '../command.ts'
import { slug, tenantOf } from './tenants.ts'

const Given = z.object({
  slug,
  yes: z
    .string()
    .regex(/^\d{1,9}$/, '--yes takes the number of bookings, as the command without it says')
    .transform(Number)
    .optional(),
  'leave-sessions': z.boolean().default(false),
  'leave-events': z.boolean().default(false),
})

const KINDS: Readonly<Record<EventsThere['kind'], string>> = {
  owed: 'still to be removed, or perhaps being written',
  past: 'of sessions that are over',
  to_come: 'of sessions to come',
  left: 'in an account given up before',
}

const eventLines = (events: readonly EventsThere[]): string[] =>
  events.length === 0
    ? ['No entry of ours is in a calendar.']
    : [
        'Entries of ours in calendars, by the beginning of their sessions:',
        ...table(
          ['ENTRIES', 'WHICH', 'PROVIDER', 'ACCOUNT', 'CALENDAR', 'FROM', 'TO'],
          events.map(({ kind, provider, account, calendarId, events: count, first, last }) => [
            ...[String(count), KINDS[kind], provider ?? 'unknown', account ?? '-', calendarId ?? 'default'],
            ...[moment(first), moment(last)],
          ]),
        ),
      ]

const counts = ({ bookings, users, accounts }: Offboarding): string =>
  `${bookings} bookings, ${users} users, ${accounts} connected accounts`

type NotBegun = Extract<Offboarded, { kind: 'open' | 'standing' | 'owed' | 'unconfirmed' }>

function reasonOf({ kind, offboarding }: NotBegun, wanted: string): string {
  const { bookings, standing } = offboarding
  if (kind === 'open') return 'it takes bookings: tenants close comes first'
  if (kind === 'standing')
    return `${standing} sessions are to come or under way, and their clients would lose them: tenants close ${wanted} --cancel-sessions cancels them, --leave-sessions forgets them here`
  if (kind === 'owed')
    return 'entries are still to be removed: the app does that within minutes where it can. Repeat it then, or leave them there with --leave-events'
  return `it cannot be undone. tenants export comes first; then say --yes ${bookings}`
}

const GRANTS: Readonly<Record<EndedAccount['grant'], string>> = {
  asked: 'its grant has ended, where the provider has a way to end it',
  unanswered: 'the provider could not be asked to end its grant',
  shared: 'another practice uses the account, so its grant goes on there',
}

const LEFT = [
  'Not reached from here: backups and the log until they expire. The audit stays for six years, with ids alone.',
  'The therapist can delete entries that stay, and remove the app from her account.',
]

async function run(values: Values, administration: Administration): Promise<Answer> {
  const given = checked(Given, values)
  const { id } = await tenantOf(administration, given.slug)
  const word = { bookings: given.yes, leaveSessions: given['leave-sessions'], leaveEvents: given['leave-events'] }
  const outcome = await administration.offboardTenant.offboard(id, word, 'operator')
  if (outcome.kind === 'unknown') throw new Refused(`there is no practice "${given.slug}" any more`)
  const { offboarding } = outcome
  if (!('ended' in outcome)) {
    const facts = [`It has ${counts(offboarding)}.`, ...eventLines(offboarding.events)]
    throw new Refused([`nothing is removed: ${reasonOf(outcome, given.slug)}`, ...facts].join('\n'))
  }
  if (outcome.kind === 'unfinished')
    throw new Refused('most of it is removed, but something has come meanwhile: repeat the command')
  const accounts = outcome.ended.map(({ provider, grant }) => `${provider}: ${GRANTS[grant]}.`)
  return {
    data: { removed: true, ...offboarding, grants: outcome.ended },
    lines: [`Removed: ${counts(offboarding)}.`, ...accounts, ...eventLines(offboarding.events), ...LEFT],
  }
}

export const OFFBOARD_COMMAND: Command = {
  name: 'tenants offboard',
  takes: ['slug'],
  says: 'Removes a closed practice for good: grants, clients, bookings, users. Without --yes it says what it would remove, and what stays where.',
  options: {
    yes: { type: 'string', value: 'N', says: 'How many bookings it has: confirms that they are removed' },
    'leave-sessions': { type: 'boolean', says: 'Although sessions are to come' },
    'leave-events': { type: 'boolean', says: 'Although entries are still to be removed from calendars' },
  },
  run,
}
