import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { openAdministration } from './administration.ts'
import { changeTenantCommand } from './change-tenant.ts'
import { createTenantCommand } from './create-tenant.ts'
import { environmentFiles } from './environment-files.ts'
import { notDone } from './not-done.ts'
import { TERMINAL as ROTATING, rotateTokenKeysCommand } from './rotate-token-keys.ts'
import { isOfCommands, runCommand, usage } from './run-command.ts'
import { TERMINAL } from './tenant-options.ts'

const USAGE = `Usage:
${usage().join('\n')}

  npm run admin -- create-tenant --slug S --name N --time-zone Z --email E [--meet M] [--contact-line C]
      [--language L] [--languages L,L] [--clock K]
      The owner's password is asked for, and not shown; ADMIN_PASSWORD is for scripts.
      M: online or in-person (the default). C: how else clients reach the practice, shown on its booking page.
      L: en (the default) or de; --languages: those its clients may read, its own alone by default.
      K: 12h or 24h; by default as the language is written in that time zone.
  npm run admin -- change-tenant --slug S [--meet M [--service N]] [--contact-line C]
      [--language L] [--languages L,L] [--clock K]
      Without --service every service of the practice is changed; an empty C removes the line.
      A new language is offered to clients beside those before, unless --languages says which.
  npm run admin -- rotate-token-keys
      Encrypts every stored secret again under the first of TOKEN_ENCRYPTION_KEYS. Safe to stop and to repeat.

  Each takes --json and --help. They end with 0 when it is done, 1 when it is refused or could not be done, 2 when they are called
  with something they do not know; the last three then end with 1.
`

const OPTIONS = {
  slug: { type: 'string' },
  name: { type: 'string' },
  'time-zone': { type: 'string' },
  email: { type: 'string' },
  meet: { type: 'string' },
  service: { type: 'string' },
  'contact-line': { type: 'string' },
  language: { type: 'string' },
  languages: { type: 'string' },
  clock: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const isBadOption = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')

const configured = () => loadConfig(...environmentFiles())

async function main(args: readonly string[]): Promise<number> {
  if (isOfCommands(args)) return runCommand(args, () => openAdministration(configured()))
  const { positionals, values: given } = parseArgs({ allowPositionals: true, options: OPTIONS })
  const { help, json = false, ...values } = given
  if (help) {
    process.stdout.write(USAGE)
    return 0
  }
  const command = positionals.length === 1 ? positionals[0] : undefined
  if (command === 'create-tenant') return createTenantCommand(configured(), values, { ...TERMINAL, json })
  if (command === 'change-tenant') return changeTenantCommand(configured(), values, { ...TERMINAL, json })
  if (command === 'rotate-token-keys') return rotateTokenKeysCommand(configured(), { ...ROTATING, json })
  process.stderr.write(USAGE)
  return 2
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const reason = isBadOption(error) ? error.message : notDone(error)
  process.stderr.write(`${process.argv.includes('--json') ? JSON.stringify({ error: reason }) : reason}\n`)
  process.exitCode = 1
}
