import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export const COMPILER = 'node_modules/typescript/bin/tsc'

export const runScript = (...args: readonly string[]): boolean =>
  spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0

/** Compiles server/src, and puts what is served as it is beside it. `folder` has to be where the compiler is told to write. */
export function compile(folder: string, ...options: readonly string[]): boolean {
  if (!runScript(COMPILER, '-p', 'server/tsconfig.build.json', ...options)) return false
  fs.cpSync('server/src/http/pages/public', path.join(folder, 'http/pages/public'), { recursive: true })
  return true
}
