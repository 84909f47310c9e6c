import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import {
  type Account,
  elsewhere,
  executable,
  isDenied,
  postgresAccount,
  postgresBinaries,
} from './postgres-binaries.ts'

/** A data folder, the account that owns it, and the binaries that serve it. */
export interface Cluster {
  readonly account: Account
  readonly native: string
  readonly data: string
  readonly password: string
}

export const urlOf = (role: string, { password }: Cluster, port: number, database: string): string =>
  `postgresql://${role}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`

/** Makes the data folder and its password, where they are missing. `fast` does not wait for the disk. */
export async function prepareCluster(wanted: string, fast: boolean): Promise<Cluster> {
  const account = postgresAccount()
  const native = await postgresBinaries(account)
  let folder = path.resolve(wanted)
  own(folder, account)
  if (account && isDenied(account, folder)) {
    folder = elsewhere('data', folder)
    fs.mkdirSync(folder, { recursive: true, mode: 0o711 })
  }
  const passwordFile = path.join(folder, 'password')
  try {
    fs.writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!fs.existsSync(passwordFile)) throw error
  }
  const password = fs.readFileSync(passwordFile, 'utf8').trim()
  const cluster = { account, native, password, data: path.join(folder, 'pg') }
  if (!fs.existsSync(cluster.data)) initialise(cluster, fast)
  return cluster
}

function own(folder: string, account: Account): void {
  if (!fs.existsSync(folder)) fs.mkdirSync(folder, { recursive: true, mode: 0o711 })
  if (account) fs.chmodSync(folder, 0o711)
}

/** Makes the cluster beside its place and moves it there when it is whole, so that a killed initdb leaves nothing behind. */
function initialise({ account, native, data, password }: Cluster, fast: boolean): void {
  const part = `${data}.${process.pid}`
  const passwordFile = `${part}.password`
  try {
    fs.mkdirSync(part, { mode: 0o700 })
    fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    if (account) for (const file of [part, passwordFile]) fs.chownSync(file, account.uid, account.gid)
    const options = ['-D', part, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8']
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const done = spawnSync(executable(native, 'initdb'), [...options, ...locale, ...(fast ? ['--no-sync'] : [])], {
      ...account,
      cwd: part,
      env: { ...process.env, LC_ALL: 'C' },
      encoding: 'utf8',
    })
    if (done.status !== 0)
      throw new Error(`initdb failed: ${done.error?.message ?? done.stderr}`, { cause: done.error })
    moveUnlessThere(part, data)
  } finally {
    fs.rmSync(passwordFile, { force: true })
    fs.rmSync(part, { recursive: true, force: true })
  }
}

/** Another process may have been first; its cluster is as good. */
function moveUnlessThere(from: string, to: string): void {
  try {
    fs.renameSync(from, to)
  } catch (error) {
    if (!fs.existsSync(to)) throw error
  }
}
