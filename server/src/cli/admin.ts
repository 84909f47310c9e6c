import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { createTenantCommand } from './create-tenant.ts'
import { notDone } from './not-done.ts'
import { rotateTokenKeysCommand } from './rotate-token-keys.ts'

const USAGE = `Usage:
  npm run admin -- create-tenant --slug S --name N --time-zone Z --email E
      The owner's password is asked for, and not shown; ADMIN_PASSWORD is for scripts.
  npm run admin -- rotate-token-keys
      Encrypts every stored secret again under the first of TOKEN_ENCRYPTION_KEYS. Safe to stop and to repeat.
`

const OPTIONS = {
  slug: { type: 'string' },
  name: { type: 'string' },
  'time-zone': { type: 'string' },
  email: { type: 'string' },
  help: { type: 'boolean' },
} as const

const isBadOption = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')

async function main(): Promise<number> {
  const { positionals, values: given } = parseArgs({ allowPositionals: true, options: OPTIONS })
  const { help, ...values } = given
  if (help) {
    process.stdout.write(USAGE)
    return 0
  }
  if (positionals.length === 1 && positionals[0] === 'create-tenant') return createTenantCommand(loadConfig(), values)
  if (positionals.length === 1 && positionals[0] === 'rotate-token-keys') return rotateTokenKeysCommand(loadConfig())
  process.stderr.write(USAGE)
  return 2
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${isBadOption(error) ? error.message : notDone(error)}\n`)
  process.exitCode = 1
}
