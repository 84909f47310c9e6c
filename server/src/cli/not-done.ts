import { traceOf } from '../ports/error-trace.ts'
import { type NotStarted, notStarted } from '../start-failure.ts'

const REPEAT = 'then repeat this command: what is done already is not done twice'

const WORDS: Readonly<Partial<Record<NotStarted['reason'], string>>> = {
  database_unreachable: `the database cannot be reached. See that PostgreSQL runs and that DATABASE_URL names it, ${REPEAT}`,
  database_login_refused: `the database refuses the login. Mend the user or the password in DATABASE_URL, ${REPEAT}`,
  database_absent: `there is no database of that name. Create it, or mend the name in DATABASE_URL, ${REPEAT}`,
  database_not_migrated: `the database lacks a table or a column. Run npx prisma migrate deploy, ${REPEAT}`,
  database_read_only: `the database takes no writes. See that DATABASE_URL leads to the primary, ${REPEAT}`,
  database_privilege_missing: `the database's user lacks a privilege. Grant it, ${REPEAT}`,
}

/** What a command says before it ends with 1: what to do, and a code. The message of an error may quote a row, so it is left out. */
export function notDone(error: unknown): string {
  const { reason, code, message } = notStarted(error)
  if (message !== undefined) return message
  const words = WORDS[reason]
  if (words === undefined) {
    const { error: name = 'unknown', at } = traceOf(error)
    return `failed: ${[name, code, at].filter((word) => word !== undefined).join(' ')}`
  }
  return `Not done: ${words} (${code ?? 'no code'}).`
}
