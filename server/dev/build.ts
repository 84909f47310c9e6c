import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

/** `npm run build`: compiles server/src to dist/ and puts what is served as it is beside it. */
const COMPILER = 'node_modules/typescript/bin/tsc'
const CLIENT = 'server/src/adapters/postgres/generated/client.ts'

const run = (...args: readonly string[]): boolean =>
  spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0

function build(): boolean {
  // What was built before stays where nothing can be built: an installation that was pruned goes on serving it.
  if (!fs.existsSync(COMPILER)) {
    process.stderr.write('build: the compiler is not installed: npm ci --include=dev\n')
    return false
  }
  // Where packages may run nothing when they are installed, as with --ignore-scripts, nobody has made it yet.
  if (!fs.existsSync(CLIENT) && !run('node_modules/prisma/build/index.js', 'generate')) return false
  fs.rmSync('dist', { recursive: true, force: true })
  if (!run(COMPILER, '-p', 'server/tsconfig.build.json')) return false
  fs.cpSync('server/src/http/pages/public', 'dist/http/pages/public', { recursive: true })
  return true
}

process.exitCode = build() ? 0 : 1
