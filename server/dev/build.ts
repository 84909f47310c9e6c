import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

/** `npm run build`: compiles server/src to dist/ and puts what is served as it is beside it. */
fs.rmSync('dist', { recursive: true, force: true })
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'server/tsconfig.build.json'], {
  stdio: 'inherit',
})
if (compiled.status === 0) {
  fs.cpSync('server/src/http/pages/public', 'dist/http/pages/public', { recursive: true })
}
process.exitCode = compiled.status ?? 1
