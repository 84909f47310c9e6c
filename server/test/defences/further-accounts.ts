import { type Defence, inFile } from './defence.ts'

const CONNECTIONS = 'adapters/postgres/connections'
const STORES = 'test/postgres/further-accounts.test.ts'
/** What is known of busy time where no calendar is connected. */
const FREE = "{ known: true, busy: [], checkedAt: undefined, check: 'NONE', connectionIds: [] }"

const ROLES = 'test/postgres/account-roles.test.ts'

const storing = [
  ...inFile(`${CONNECTIONS}/store-further.ts`, STORES, [
    [
      'refuses the one that receives',
      'the look for the same account',
      "if (same !== undefined) return { outcome: 'already_connected' }",
      '',
    ],
    [
      'renews the tokens of the account that signs in again',
      'telling a further account from the one that receives',
      'if (same === undefined || same.slot === null)',
      'if (same === undefined)',
    ],
    [
      'may read and nothing else',
      'access to reading alone',
      "grant: { ...given.grant, access: 'availability' }",
      'grant: given.grant',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/connection-store.ts`, STORES, [
    [
      'says nothing of the account that is written to',
      'telling what a read is evidence of',
      'CASE WHEN receives AND NOT failed',
      'CASE WHEN NOT failed',
    ],
    [
      'says nothing of the account that is written to',
      'telling what a listing is evidence of',
      "if (account?.status !== 'BLOCKING') await makeOneDue",
      'await makeOneDue',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/ended-grant.ts`, STORES, [
    ['OA-42 a grant that another connection uses', 'further accounts among them', '[...IN_USE, ', "['ACTIVE', "],
    ['gives up no removal', 'leaving removals to the grant that is kept', " && row.status !== 'BLOCKING'", ''],
  ]),
  ...inFile(`${CONNECTIONS}/end-connection.ts`, ROLES, [
    [
      'from blocking to receiving, with its choice',
      'ending the further connection',
      'await endFurther(transaction, { tenantId, connectionId, now, mailbox: pending })',
      '',
    ],
    [
      'from blocking to receiving, with its choice',
      'her choice of calendars',
      'await takeChoices(transaction, further.id, connectionId)',
      '',
    ],
  ]),
  ...inFile(`${CONNECTIONS}/store-grant.ts`, ROLES, [
    ['at once, where none receives', 'giving its place up', '(await promote(transaction, brought)) ?? ', ''],
  ]),
  ...inFile('adapters/postgres/bookings/insert-booking.ts', ROLES, [
    [
      'is taken only by who has read every account',
      'telling that refusal from a failure',
      "if (isCheckViolation(error, 'booking_reads_every_account')) return { kind: 'account_unread' }",
      '',
    ],
  ]),
]

const reading = [
  ...inFile('services/read-account.ts', 'test/faults/unreadable.test.ts', [
    [
      'is unknown, not free',
      'unknown for what could not be read',
      '? unreadable(asked.connection, error)',
      `? (${FREE})`,
    ],
    [
      'is no ground for a booking',
      'unknown for what could not be read',
      '? unreadable(asked.connection, error)',
      `? (${FREE})`,
    ],
    [
      'no calendar is chosen',
      'unknown where no calendar is chosen',
      "if (calendars.length === 0) return unreadable(connection, new CalendarError('not_found', 'no calendar is chosen'))",
      `if (calendars.length === 0) return ${FREE}`,
    ],
    [
      'INV-11',
      'leaving a connection alone that waits for people',
      'if (waitsForPeople(health.state))',
      'if (health === undefined)',
    ],
  ]),
  ...inFile('services/read-free-busy.ts', 'test/services/read-accounts.test.ts', [
    [
      'INV-7 INV-11 none goes out while a person must act for one',
      'closing all for one',
      'closed.length > 0 ? mergeAvailability(closed)',
      'closed.length > 9 ? mergeAvailability(closed)',
    ],
  ]),
  ...inFile('services/availability.ts', 'src/services/availability.test.ts', [
    ['is unknown where one is unknown', 'unknown in one', 'if (worst !== undefined)', 'if (worst === null)'],
    ['is busy where any is busy', 'the busy time of all', 'read.flatMap(({ busy }) => busy)', 'read[0]?.busy ?? []'],
    ['is busy where any is busy', 'the oldest read', 'new Date(Math.min(', 'new Date(Math.max('],
    [
      'is remembered where one is remembered',
      'how old the evidence is',
      "read.some(({ check }) => check === 'REMEMBERED')",
      'false',
    ],
  ]),
  ...inFile('ports/calendar-registry.ts', 'test/services/read-accounts.test.ts', [
    [
      'each by its own provider’s adapter',
      'the provider of a further account',
      "if (connection?.role === 'blocks') return bindingOf(providers, connection.provider)",
      '',
    ],
  ]),
]

const WHOLE = 'test/faults/further-accounts.test.ts'

const caring = [
  ...inFile('services/read-account.ts', WHOLE, [
    [
      'INV-7 F-45 that hangs',
      'a deadline of its own for confirmations',
      'export const CONFIRMATION_DEADLINE_MS = 2_000',
      'export const CONFIRMATION_DEADLINE_MS = 20_000',
    ],
  ]),
  ...inFile('services/availability.ts', WHOLE, [
    ['INV-7 F-45 that hangs', 'unknown in one', 'if (worst !== undefined)', 'if (worst === null)'],
  ]),
  ...inFile(`${CONNECTIONS}/maintenance-store.ts`, WHOLE, [
    ['F-53 is cared for', 'looking after further accounts', "status IN ('ACTIVE', 'BLOCKING')", "status = 'ACTIVE'"],
  ]),
  ...inFile('http/routes/settings-calendar.ts', WHOLE, [
    [
      'forms that name no account',
      'the one that receives where none is named',
      'if (given !== undefined) {',
      "if (which === 'active' || given !== undefined) {",
    ],
  ]),
]

const connecting = [
  ...inFile('services/oauth-flow.ts', WHOLE, [
    [
      'asks for the scopes of reading alone',
      'asking for no more',
      "const access = purpose === 'receive' ? wanted : 'availability'",
      'const access = wanted',
    ],
    [
      'in two tabs',
      'telling a sign-in for a further account',
      "purpose === 'receive' ? state : ",
      'purpose !== undefined ? state : ',
    ],
    [
      'five are the most',
      'refusing before she leaves',
      "others.length < MAX_FURTHER_ACCOUNTS ? { purpose: 'add', account: undefined } : 'too_many'",
      "{ purpose: 'add', account: undefined }",
    ],
  ]),
  ...inFile('services/redeem-code.ts', WHOLE, [
    [
      'that blocks is disconnected in one tab',
      'giving back a grant that is not stored',
      '      else await giveBack(account, grant.tokenCache)\n',
      '',
    ],
  ]),
  ...inFile('http/pages/connection-health-banner.tsx', WHOLE, [
    [
      'that is let in no longer closes the practice',
      'a word about further accounts on the appointments page',
      '    ...sick.map((account) => furtherHealthWords(account, overview, now, locale)),\n',
      '',
    ],
  ]),
  ...inFile('http/pages/further-account.tsx', 'test/http/pages.test.ts', [
    [
      'keeps the words of a summary together',
      'one item of the words',
      '<span>{t.disconnect(<Typed text={accountName(account, texts)} />)}</span>',
      '{t.disconnect(<Typed text={accountName(account, texts)} />)}',
    ],
  ]),
  ...inFile('http/pages/settings-account.tsx', WHOLE, [
    [
      'that receives is disconnected',
      'what is true of the others',
      'const without = further.length === 0 ? t.without : furtherAccounts.others',
      'const { without } = t',
    ],
  ]),
]

/** Accounts whose calendars only block, beside the one that receives sessions. */
export const FURTHER_ACCOUNTS: readonly Defence[] = [...storing, ...reading, ...caring, ...connecting]
