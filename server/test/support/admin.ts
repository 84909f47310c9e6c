import { afterAll } from 'vitest'
import { type Administration, openAdministration } from '../../src/cli/administration.ts'
import { runCommand } from '../../src/cli/run-command.ts'
import type { Swap } from '../../src/di.ts'
import { startTestDatabase, type TestDatabase } from './database.ts'
import { configFor, type Environment } from './environment.ts'

export interface AdminAnswer {
  readonly code: number
  /** Standard output. */
  readonly said: string
  readonly warned: string
  /** The document of a command with --json that was done. */
  readonly data: unknown
}

export interface Admin {
  (...args: readonly string[]): Promise<AdminAnswer>
  close(): Promise<void>
}

/** Calls `npm run admin` in this process, on a test's database, which is opened once. */
export function adminOf(database: TestDatabase, swap: Swap = {}, env: Environment = {}): Admin {
  let opening: Promise<Administration> | undefined
  const open = async (): Promise<Administration> => {
    opening ??= openAdministration(configFor(database, env), swap)
    return { ...(await opening), close: async () => {} }
  }
  const call = async (...args: readonly string[]): Promise<AdminAnswer> => {
    const [out, errors]: [string[], string[]] = [[], []]
    const output = { print: (line: string) => void out.push(line), warn: (line: string) => void errors.push(line) }
    const code = await runCommand(args, open, output)
    const said = out.join('\n')
    const data: unknown = code === 0 && args.includes('--json') ? JSON.parse(said) : undefined
    return { code, said, warned: errors.join('\n'), data }
  }
  return Object.assign(call, { close: async () => (await opening)?.close() })
}

/** A database for a test file, and the command on it. */
export async function startAdmin(swap: Swap = {}): Promise<{ readonly test: TestDatabase; readonly admin: Admin }> {
  const test = await startTestDatabase()
  const admin = adminOf(test, swap)
  afterAll(() => admin.close())
  return { test, admin }
}
