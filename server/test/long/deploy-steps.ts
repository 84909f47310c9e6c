import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'
import { productionEnvironment } from '../../dev/production-environment.ts'
import { commandOf, readDockerfile, type Stage, type Step } from '../support/dockerfile.ts'

/**
 * Does what server/deploy/Dockerfile says, read from it, in empty folders and without an engine: copies, installs, builds,
 * prunes; then starts what is left as another user, who may write nothing there, asks for its health as the image would, and
 * stops it. Prints sizes and times. Exits 1 when a step fails. Needs the package registry and DATABASE_URL:
 *   npx tsx server/dev/with-database.ts --migrated npx tsx server/test/long/deploy-steps.ts
 */
const ROOT = path.resolve(import.meta.dirname, '../../..')
const NOT_COPIED = /(^|\/)(node_modules|\.env|generated)$/
const ANOTHER_USER = 1000
const PATIENCE_MS = 60_000

const stages = readDockerfile(fs.readFileSync(path.join(ROOT, 'server/deploy/Dockerfile'), 'utf8'))
const top = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-deploy-'))
fs.chmodSync(top, 0o755)

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const folderOf = (stage: string): string => path.join(top, stage)
const megabytes = (folder: string): string =>
  `${Math.round(Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1024)} MB`

/** `a b ./`, or `--from=stage /app/a ./a`: what ends with a slash is a folder to copy into, else it is the copy's name. */
function copy(stage: Stage, text: string): void {
  const [, from, paths = text] = /^--from=(\S+) (.*)$/.exec(text) ?? []
  const names = paths.split(' ')
  const given = names.pop() ?? ''
  const to = path.join(folderOf(stage.name), given)
  for (const name of names) {
    const source = path.join(from === undefined ? ROOT : folderOf(from), name.replace(/^\/app\//, ''))
    const target = given.endsWith('/') ? path.join(to, path.basename(name)) : to
    const filter = from === undefined ? (file: string) => !NOT_COPIED.test(file) : () => true
    fs.cpSync(source, target, { recursive: true, filter, verbatimSymlinks: true })
  }
}

function run(stage: Stage, text: string): void {
  if (text.startsWith('apt-get ')) {
    say(`${stage.name}: left to this machine: ${text}`)
    return
  }
  const begun = performance.now()
  // What this script was started with is npm's business, not that of the npm it starts.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|DATABASE_)/i.test(name)))
  execFileSync('/bin/sh', ['-c', text], { cwd: folderOf(stage.name), env, stdio: ['ignore', 'ignore', 'inherit'] })
  say(
    `${stage.name}: ${text}: ${Math.round((performance.now() - begun) / 1000)} s, ${megabytes(folderOf(stage.name))}, ` +
      `of which node_modules ${megabytes(path.join(folderOf(stage.name), 'node_modules'))}`,
  )
}

function build(stage: Stage): void {
  const folder = folderOf(stage.name)
  if (stages.some(({ name }) => name === stage.from))
    execFileSync('cp', ['-al', folderOf(stage.from), folder], { stdio: 'inherit' })
  else fs.mkdirSync(folder)
  for (const { instruction, text } of stage.steps) {
    if (instruction === 'COPY') copy(stage, text)
    if (instruction === 'RUN') run(stage, text)
  }
}

const last = (stage: Stage, instruction: string): Step => {
  const step = stage.steps.findLast((each) => each.instruction === instruction)
  if (step === undefined) throw new Error(`${stage.name} has no ${instruction}`)
  return step
}

interface Image {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly user: { readonly uid?: number; readonly gid?: number }
}

async function imageOf(stage: Stage): Promise<Image> {
  if (last(stage, 'USER').text === 'root') throw new Error('it would run as root')
  const set = last(stage, 'ENV').text.split(' ')
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    DATABASE_URL: process.env.DATABASE_URL ?? '',
    ...productionEnvironment(await freePort()),
  }
  // The port alone is this machine's.
  const own = Object.fromEntries(set.map((each) => each.split('=', 2)).filter(([name]) => name !== 'PORT'))
  const user = process.getuid?.() === 0 ? { uid: ANOTHER_USER, gid: ANOTHER_USER } : {}
  return { folder: folderOf(stage.name), env: { ...env, ...own }, user }
}

const inside = ({ folder, env, user }: Image, [command = '', ...args]: readonly string[]): number | null =>
  spawnSync(command, args, { cwd: folder, env, ...user, stdio: ['ignore', 'ignore', 'inherit'] }).status

async function ready(app: ChildProcess, port: string | undefined): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline && app.exitCode === null) {
    const status = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.status,
      () => undefined,
    )
    if (status === 200) return true
    await pause(20)
  }
  return false
}

/** What is wrong with it. */
async function start(stage: Stage): Promise<string[]> {
  const image = await imageOf(stage)
  const [command = '', ...args] = commandOf(last(stage, 'CMD').text)
  const health = commandOf(last(stage, 'HEALTHCHECK').text)
  const before = Date.now()
  const begun = performance.now()
  const app = spawn(command, args, {
    cwd: image.folder,
    env: image.env,
    ...image.user,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  app.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const exited = once(app, 'exit')
  const found = (await ready(app, image.env.PORT)) ? [] : [`/readyz did not answer 200: ${said}`]
  const status =
    app.pid !== undefined && fs.existsSync(`/proc/${app.pid}`) ? fs.readFileSync(`/proc/${app.pid}/status`, 'utf8') : ''
  const [, user] = /^Uid:\s+(\d+)/m.exec(status) ?? []
  const [, resident] = /^VmRSS:\s+(\d+)/m.exec(status) ?? []
  say(
    `ready after ${((performance.now() - begun) / 1000).toFixed(1)} s, as user ${user}, ` +
      `${Math.round(Number(resident) / 1024)} MB resident`,
  )
  if (inside(image, health) !== 0) found.push('its health check fails while it serves')
  if (inside(image, ['node', 'dist/cli/admin.js', '--help']) !== 0) found.push('its commands do not start')
  app.kill('SIGTERM')
  const [code, signal] = await exited
  if (code !== 0) found.push(`it ended with ${code ?? signal}`)
  if (inside(image, health) !== 1) found.push('its health check holds when it has stopped')
  const written = execFileSync('find', [image.folder, '-newermt', `@${before / 1000}`], { encoding: 'utf8' })
  if (written !== '') found.push(`it wrote where the image is read-only: ${written}`)
  return found
}

try {
  for (const stage of stages) build(stage)
  const image = stages.at(-1)
  if (image === undefined) throw new Error('there is no stage')
  say(`${image.name}: ${megabytes(folderOf(image.name))} besides its base`)
  const found = await start(image)
  say(found.join('\n') || 'It serves, is healthy, wrote nothing, and stopped when it was asked to.')
  if (found.length > 0) process.exitCode = 1
} finally {
  fs.rmSync(top, { recursive: true, force: true })
}
