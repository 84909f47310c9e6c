import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { billOfProduction } from './bill-of-materials.ts'

/**
 * `npm run --silent sbom > sbom.json`: a software bill of materials (CycloneDX 1.5) of what production installs, from
 * package-lock.json. `npm sbom --omit dev` (npm 11.19) leaves out what a tool of development needs as well, pg and zod for example, and
 * without its tools it refuses a tree.
 */
const LARGEST = 64 * 1024 * 1024

const ASKED = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--include', 'dev']

const { status, stdout } = spawnSync('npm', ASKED, {
  encoding: 'utf8',
  maxBuffer: LARGEST,
  stdio: ['ignore', 'pipe', 'inherit'],
  shell: process.platform === 'win32',
})
if (status !== 0) throw new Error(`npm sbom ended with ${status}`)
const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'))
process.stdout.write(`${JSON.stringify(billOfProduction(JSON.parse(stdout), lock), undefined, 2)}\n`)
