import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/**
 * `npm run adapter:matrix`: packs the adapter package, installs it in an empty folder, and sees that a program's types hold and
 * that it loads, by every compiler and Node that it is meant for. Prints a line for each, and the sizes. Exits 1 when one fails.
 * Needs the package registry.
 */
const COMPILERS = ['5.4', '5.8', 'latest']
const NODES = ['20.19', '22', '24']

const PROGRAM = `
import {
  beginConnecting, type CalendarBinding, CalendarError, createBusyBridge, createGoogleCalendar, createKeyRing,
  createMicrosoftCalendar, createReconcileEvent, finishConnecting, type ReconcileStore, maintainConnection, StagedTokens, silentLog,
  systemClock, type TokenVault,
} from 'booking-calendar-adapter'
import { describeCalendarProvider, describeTokenVault, emulateGoogle, emulateMicrosoft } from 'booking-calendar-adapter/testing'

declare const stored: TokenVault, store: ReconcileStore
const vault = new StagedTokens(stored)
const shared = { vault, clock: systemClock, log: silentLog, userAgent: 'host/1.0' }
export async function all(): Promise<readonly CalendarBinding[]> {
  const microsoft = createMicrosoftCalendar({ ...shared, config: (await emulateMicrosoft({ redirectUris: [] })).config })
  const google = createGoogleCalendar({ ...shared, config: (await emulateGoogle({ redirectUris: [] })).config })
  const { url, attempt } = await beginConnecting(google, {
    browser: 'b', redirectUri: 'https://host.example/callback', access: 'bookings', now: new Date(),
  })
  const done = await finishConnecting(google, {
    attempt, browser: 'b', reply: { state: url.searchParams.get('state') ?? '' }, staged: vault, tenantId: 't',
    connectionId: 'c', now: new Date(),
  })
  if (done.outcome === 'connected') console.log(done.grant.accountKey, done.calendars.length)
  if (done.outcome === 'unusable_state') console.log(done.because)
  return [microsoft, google]
}
export const reconcile = createReconcileEvent({ store, calendarOf: async () => undefined })
export const bridge = createBusyBridge({ calendarOf: async () => 'none', onUnknown: ({ reason }) => console.log(reason) })
export const failed = (error: unknown) => (error instanceof CalendarError ? error.reason : undefined)
export { createKeyRing, describeCalendarProvider, describeTokenVault, maintainConnection }
`
const COMMON_JS = `
import adapter = require('booking-calendar-adapter')
import testing = require('booking-calendar-adapter/testing')
export const ring = adapter.createKeyRing([{ kid: 'a', key: new Uint8Array(32) }])
export const start = testing.emulateMicrosoft
`
const NAMES = 'createMicrosoftCalendar createGoogleCalendar finishConnecting createKeyRing maintainConnection'.split(
  ' ',
)
const LOADED = `const names = ${JSON.stringify(NAMES)}.filter((name) => typeof adapter[name] !== 'function')
if (names.length > 0) throw new Error(names.join())`

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adapter-package-'))
let failures = 0

function run(command: string, args: readonly string[], cwd = folder): string {
  return execFileSync(command, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function see(what: string, work: () => unknown): void {
  try {
    work()
    console.log(`ok      ${what}`)
  } catch (error) {
    failures += 1
    const said = error instanceof Error && 'stdout' in error ? `${error.stdout}${Reflect.get(error, 'stderr')}` : error
    console.log(`FAILED  ${what}\n${said}`)
  }
}

const sizeOf = (name: string): number =>
  fs
    .readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0)

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`

/** Runs a compiler on the Node that the program would run on, with the types that are installed. */
function compile(node: Node, compiler: string, settings: object, file: string): void {
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'es2022',
    types: ['node'],
    ...settings,
  }
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: [file] }))
  run(node.program, [`node_modules/typescript-${compiler}/bin/tsc`, '-p', '.'])
}

interface Node {
  readonly major: string
  readonly version: string
  readonly program: string
}

run('npm', ['run', '-s', 'build:adapter'], process.cwd())
const tarball = path.join(folder, run('npm', ['pack', '-s', path.resolve('dist-adapter')]).trim())
fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
run('npm', ['install', '-s', tarball])
console.log(
  `packed ${kilobytes(fs.statSync(tarball).size)}, unpacked ${kilobytes(sizeOf('node_modules/booking-calendar-adapter'))}`,
)
const installed = fs.readdirSync(path.join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' })
const packages = installed.filter((name) => /(^|node_modules\/)(@[^/]+\/)?[^/@.]+\/package\.json$/.test(name))
console.log(`with what it brings ${kilobytes(sizeOf('node_modules'))} in ${packages.length} packages`)

const alias = (name: string, versions: readonly string[]) =>
  versions.map((version) => `${name}-${version}@npm:${name}@${version}`)
run('npm', ['install', '-s', ...alias('typescript', COMPILERS), ...alias('node', NODES)])
const nodes = NODES.map((version): Node => {
  const program = path.join(folder, 'node_modules', `node-${version}`, 'bin', 'node')
  return { major: version.split('.')[0] ?? '', version: run(program, ['--version']).trim(), program }
})

// The entry for tests is for Vitest's own processes: `npm run example` loads it there.
const programs = {
  'program.ts': PROGRAM,
  'program.cts': COMMON_JS,
  'load.mjs': `import * as adapter from 'booking-calendar-adapter'\n${LOADED}`,
  'load.cjs': `const adapter = require('booking-calendar-adapter')\n${LOADED}`,
}
for (const [name, text] of Object.entries(programs)) fs.writeFileSync(path.join(folder, name), text)

for (const node of nodes) {
  run('npm', ['install', '-s', `@types/node@${node.major}`])
  for (const file of ['load.mjs', 'load.cjs'])
    see(`${file}, Node ${node.version}`, () => run(node.program, ['--no-warnings', file]))
  for (const compiler of COMPILERS) {
    const where = `types, Node ${node.version}, TypeScript ${compiler}`
    see(`${where}, nodenext`, () => compile(node, compiler, { module: 'nodenext' }, 'program.ts'))
    see(`${where}, bundler`, () =>
      compile(node, compiler, { module: 'esnext', moduleResolution: 'bundler' }, 'program.ts'),
    )
    if (compiler !== '5.4')
      see(`${where}, nodenext from CommonJS`, () => compile(node, compiler, { module: 'nodenext' }, 'program.cts'))
  }
}
// A check that cannot fail would prove nothing.
fs.writeFileSync(path.join(folder, 'program.ts'), PROGRAM.replace("access: 'bookings'", "access: 'everything'"))
const [last] = nodes.slice(-1)
if (last !== undefined)
  see('a program with a mistake is refused', () => {
    try {
      compile(last, 'latest', { module: 'nodenext' }, 'program.ts')
    } catch {
      return
    }
    throw new Error('it was not')
  })
fs.rmSync(folder, { recursive: true, force: true })
process.exitCode = failures === 0 ? 0 : 1
