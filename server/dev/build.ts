import fs from 'node:fs'
import { COMPILER, compile, runScript } from './compile.ts'

/** `npm run build`: compiles server/src to dist/ and puts what is served as it is beside it. */
const CLIENT = 'server/src/adapters/postgres/generated/client.ts'

function build(): boolean {
  // What was built before stays where nothing can be built: an installation that was pruned goes on serving it.
  if (!fs.existsSync(COMPILER)) {
    process.stderr.write('build: the compiler is not installed: npm ci --include=dev\n')
    return false
  }
  // Where packages may run nothing when they are installed, as with --ignore-scripts, nobody has made it yet.
  if (!fs.existsSync(CLIENT) && !runScript('node_modules/prisma/build/index.js', 'generate')) return false
  fs.rmSync('dist', { recursive: true, force: true })
  return compile('dist')
}

process.exitCode = build() ? 0 : 1
