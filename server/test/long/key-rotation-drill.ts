import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { keysInUse } from '../../src/adapters/postgres/encryption/key-rotation.ts'
import { keysText } from '../support/environment.ts'
import { signIn } from '../support/therapist.ts'
import type { Environment } from './behind-nginx.ts'
import { CountedRequests } from './counted-requests.ts'
import { admin, book, cancel, Load, linesOf, type Scene, startScene } from './drill-scene.ts'

/**
 * What the guide's chapter "Secrets and their rotation" types, from its first step to its last: the token keys, the session
 * secret, and a client secret that has ended, with twelve practices connected, three processes behind nginx, and a steady load.
 * Each step is timed. Exits 1 where a request failed, or a step came to something else than the guide says. Says so and ends
 * where there is no nginx. Needs DATABASE_URL, and `npm run build` before:
 *   npm run build && npx tsx server/dev/with-database.ts --migrated npx tsx server/test/long/key-rotation-drill.ts
 */
const PRACTICES = 12
/** Before the first step and after the last one. */
const QUIET_MS = 20_000
const PATIENCE_MS = 120_000

const Connections = z.array(z.object({ health: z.string() })).min(1)

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function check(what: string, holds: boolean): void {
  say(`${holds ? 'ok' : 'FAILED'}: ${what}`)
  if (!holds) process.exitCode = 1
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it did not come to it: ${what}`)
    await pause(200)
  }
}

/** Says how long it took, and how many requests there were meanwhile. */
async function step(name: string, requests: CountedRequests, what: () => Promise<void>): Promise<void> {
  const [begun, count, failed] = [performance.now(), requests.count, requests.failures.length]
  await what()
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  say(`${name}: ${seconds} s, ${requests.count - count} requests, ${requests.failures.length - failed} failed`)
}

async function rotateTokenKeys(scene: Scene, { requests }: Load): Promise<Environment> {
  const { world, processes } = scene
  const former = keysText(world.database.keys)
  const added = `next:${randomBytes(32).toString('base64')}`
  const withKeys = (keys: string): Environment => ({ ...world.env, TOKEN_ENCRYPTION_KEYS: keys })
  await step('1. the new key at the end', requests, () => processes.restart(withKeys(`${former},${added}`)))
  await step('2. the new key first', requests, () => processes.restart(withKeys(`${added},${former}`)))
  await step('3. rotate-token-keys', requests, async () => {
    const said = await admin(scene, withKeys(`${added},${former}`), ['rotate-token-keys'])
    check('its last line says that older keys may be removed now', said.endsWith('Older keys may be removed now.'))
    say(`   ${said.split('\n').at(-1)}`)
  })
  await step('4. the old key removed', requests, () => processes.restart(withKeys(added)))
  const used = [...(await keysInUse(world.database.database)).keys()]
  check(`every stored value is under the new key (${used.join(', ')})`, used.join() === 'next')
  return withKeys(added)
}

/** Nobody's links and cookies are used meanwhile; then the former ones are over, and new ones hold. */
async function replaceSessionSecret(scene: Scene, load: Load, former: Environment): Promise<Environment> {
  const { origin, therapists, processes } = scene
  const [therapist] = therapists
  if (therapist === undefined) throw new Error('there is no practice')
  const env = { ...former, SESSION_SECRET: randomBytes(48).toString('base64url') }
  load.links = false
  await load.settle()
  const others = new CountedRequests()
  const booked = await book(origin, therapist.practice, others)
  if (booked === undefined) throw new Error('nothing was booked')
  await step('a new session secret', load.requests, () => processes.restart(env))
  const formerLink = await fetch(`${origin}${booked.manage}`)
  check(`a client's former link is unknown (${formerLink.status})`, formerLink.status === 404)
  const signedOut = await therapist.browser.get('/appointments')
  check(`a therapist is signed out (${signedOut.status})`, signedOut.status === 401)
  for (const { practice, browser } of therapists) await signIn(origin, practice, browser)
  const again = await book(origin, therapist.practice, others)
  if (again !== undefined) await cancel(origin, again, others)
  check('a new booking is cancelled by its new link', again !== undefined && others.failures.length === 0)
  load.links = true
  return env
}

/** The secret has ended: practices close, and it is called our fault. Renewed, all open, and nobody reconnects. */
async function renewClientSecret(scene: Scene, former: Environment): Promise<void> {
  const { world, processes, therapists, origin } = scene
  const { clientSecrets } = world.microsoft
  const [ended = ''] = clientSecrets.keys()
  const secret = randomBytes(24).toString('base64url')
  const env = { ...former, MICROSOFT_CLIENT_SECRET: secret }
  const closed = new CountedRequests()
  const visitAll = async (): Promise<void> => {
    for (const { practice } of therapists) await book(origin, practice, closed).catch(() => {})
  }
  const areOk = async (): Promise<boolean> => {
    const said: unknown = JSON.parse(await admin(scene, env, ['connections', 'list', '--json']))
    return Connections.parse(said).every(({ health }) => health === 'ok')
  }
  world.microsoft.setClientSecretExpired(true)
  world.microsoft.expireAccessTokens()
  await step('the client secret has ended: until its alarm', closed, () =>
    until('the alarm', async () => {
      await visitAll()
      return fs.readFileSync(processes.log, 'utf8').includes('"event":"microsoft_client_rejected"')
    }),
  )
  clientSecrets.set(secret, 'valid')
  await step('renewed, and every process restarted', closed, () => processes.restart(env))
  await step('until every connection is ok', closed, () =>
    until('every connection is ok', async () => {
      await visitAll()
      return areOk()
    }),
  )
  clientSecrets.delete(ended)
}

async function underLoad<T>(scene: Scene, work: (load: Load) => Promise<T>): Promise<T> {
  const load = new Load(scene)
  try {
    return await work(load)
  } finally {
    await load.stop()
    report(scene, load)
  }
}

async function drill(): Promise<void> {
  const scene = await startScene(PRACTICES, 'first')
  say(`${PRACTICES} practices are connected`)
  const env = await underLoad(scene, async (load) => {
    await step('before', load.requests, () => pause(QUIET_MS))
    const rotated = await rotateTokenKeys(scene, load)
    const replaced = await replaceSessionSecret(scene, load, rotated)
    await step('after', load.requests, () => pause(QUIET_MS))
    return replaced
  })
  await renewClientSecret(scene, env)
  await underLoad(scene, (load) => step('after it', load.requests, () => pause(QUIET_MS)))
  say(`stops of ${scene.processes.stops.join(', ')} ms`)
  await scene.close()
  if (process.exitCode === undefined) fs.rmSync(scene.processes.folder, { recursive: true })
  else say(`the logs are in ${scene.processes.folder}`)
}

function report(scene: Scene, { requests, booked }: Load): void {
  const { failures } = requests
  say(`stops of ${scene.processes.stops.join(', ')} ms`)
  say(
    `${requests.count} requests, ${booked} bookings; p50 ${requests.quantile(0.5)} ms, p99 ${requests.quantile(0.99)} ms`,
  )
  check(`${failures.length} failed`, failures.length === 0)
  for (const { at, request, answer, requestId } of failures) {
    say(`failed: ${at.toISOString()} ${request} ${answer}`)
    if (requestId !== undefined) for (const line of linesOf(scene, requestId)) say(`  ${line}`)
  }
}

if (spawnSync('nginx', ['-v']).error === undefined) await drill()
else say('skipped: there is no nginx here (apt-get install nginx-light)')
