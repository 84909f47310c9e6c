import type { Command } from './command.ts'
import { CLIENT_COMMANDS } from './commands/clients.ts'
import { CLOSE_COMMANDS } from './commands/close-tenant.ts'
import { CONNECTION_COMMANDS } from './commands/connections.ts'
import { EXPORT_COMMAND } from './commands/export-tenant.ts'
import { IMPORT_COMMAND } from './commands/import-tenants.ts'
import { IMPORT_TOKENS_COMMAND } from './commands/import-tokens.ts'
import { OFFBOARD_COMMAND } from './commands/offboard-tenant.ts'
import { PROXY_COMMANDS } from './commands/proxies.ts'
import { QUEUE_COMMANDS } from './commands/queue.ts'
import { RESTORE_COMMANDS } from './commands/restore.ts'
import { TENANT_COMMANDS } from './commands/tenants.ts'
import { TOMBSTONE_COMMANDS } from './commands/tombstones.ts'
import { USER_COMMANDS } from './commands/users.ts'

/** Those of `npm run admin` that are called by two words, in the order of its usage. */
export const COMMANDS: readonly Command[] = [
  ...TENANT_COMMANDS,
  ...CLOSE_COMMANDS,
  EXPORT_COMMAND,
  OFFBOARD_COMMAND,
  IMPORT_COMMAND,
  ...USER_COMMANDS,
  ...CONNECTION_COMMANDS,
  IMPORT_TOKENS_COMMAND,
  ...CLIENT_COMMANDS,
  ...QUEUE_COMMANDS,
  ...TOMBSTONE_COMMANDS,
  ...PROXY_COMMANDS,
  ...RESTORE_COMMANDS,
]
