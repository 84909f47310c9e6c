import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { openStores } from '../../src/di.ts'
import { silentLog } from '../../src/ports/log.ts'
import { keysText, startWorld, type World } from '../support/application.ts'
import { type Child, runChild } from '../support/child-process.ts'
import { testKey } from '../support/database.ts'
import { calendarRows, newAccount, outcomeOf } from './support.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const start = (more: Record<string, string>): Child =>
  runChild('server/src/main.ts', [], { ...world.env, PORT: '0', ...more })

const SHORT = `k1:${randomBytes(16).toString('base64')}`
const ZERO = `k1:${Buffer.alloc(32).toString('base64')}`

const BROKEN: readonly (readonly [name: string, value: string])[] = [
  ['APP_URL', ''],
  ['APP_URL', 'http://booking.example'],
  ['APP_URL', 'https://user:pw-CANARY@booking.example'],
  ['DATABASE_URL', ''],
  ['DATABASE_URL', 'mysql://root:pw-CANARY@db.example/x'],
  ['SESSION_SECRET', ''],
  ['SESSION_SECRET', 'short-CANARY'],
  ['TOKEN_ENCRYPTION_KEYS', ''],
  ['TOKEN_ENCRYPTION_KEYS', SHORT],
  ['TOKEN_ENCRYPTION_KEYS', ZERO],
  ['TOKEN_ENCRYPTION_KEYS', 'k1:not-base64-CANARY'],
  ['TOKEN_ENCRYPTION_KEYS', 'no-colon-CANARY'],
  ['MICROSOFT_CLIENT_SECRET', ''],
  ['MICROSOFT_CLIENT_SECRET', 'changeme'],
  ['MICROSOFT_CLIENT_ID', ''],
  ['MICROSOFT_TENANT', 'a b/CANARY'],
  ['MICROSOFT_AUTHORITY_URL', 'http://login.evil.example'],
  ['MICROSOFT_AUTHORITY_URL', 'https://login.example/path-CANARY'],
  ['MICROSOFT_GRAPH_URL', 'ftp://CANARY'],
  ['MICROSOFT_READ_SCOPE', 'Mail.Read-CANARY'],
  ['GOOGLE_CLIENT_SECRET', ''],
  ['GOOGLE_CLIENT_SECRET', '<your secret>'],
  ['GOOGLE_TOKEN_URL', 'http://tokens.evil.example'],
  ['GOOGLE_API_URL', 'javascript:CANARY'],
  ['PORT', 'CANARY'],
  ['CALENDAR_ADAPTERS', 'CANARY'],
  ['TRUST_PROXY_HOPS', 'all-CANARY'],
  ['LOG_LEVEL', 'CANARY'],
  ['MICROSOFT_CLIENT_SECRET_ENDS', 'soon-CANARY'],
]

it.each(BROKEN)('CL-01 OA-16 OA-29 TS-11 TS-13 %s=%s is refused by its name and not by its value', (name, value) => {
  let said = ''
  try {
    parseConfig({ ...world.env, [name]: value })
  } catch (error) {
    said = error instanceof Error ? `${error.name} ${error.message}` : ''
  }
  expect(said).toMatch(/^ConfigError /)
  expect(said).toContain(name)
  expect(said).not.toContain('CANARY')
  if (value.length > 8) expect(said).not.toContain(value)
})

it('CL-01 TS-11 the process ends before it listens: code 1, the names, no values', async () => {
  const child = start({ TOKEN_ENCRYPTION_KEYS: SHORT, SESSION_SECRET: 'short-CANARY', APP_URL: '' })
  expect(await child.ended).toBe(1)
  for (const name of ['TOKEN_ENCRYPTION_KEYS', 'SESSION_SECRET', 'APP_URL']) expect(child.output()).toContain(name)
  for (const value of ['CANARY', SHORT, 'listening', '    at ']) expect(child.output()).not.toContain(value)
})

it('CL-01 a database that does not answer is said by name, without its address', async () => {
  const child = start({ DATABASE_URL: 'postgresql://somebody:pw-CANARY@127.0.0.1:9/booking' })
  expect(await child.ended).toBe(1)
  expect(child.output()).toMatch(/^could not start: \w+\n$/m)
  for (const value of ['CANARY', 'somebody', '127.0.0.1:9', '    at ']) expect(child.output()).not.toContain(value)
})

it('TS-12 another key under a known name: refused, nothing rewritten, nobody has to reconnect', async () => {
  const app = await world.start()
  const therapist = await app.signIn(await world.practice())
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, newAccount(world)))).toBe('connected')
  const rows = await calendarRows(world)
  const wrong = keysText([testKey(world.database.keys[0]?.kid ?? '')])
  const child = start({ TOKEN_ENCRYPTION_KEYS: wrong })
  expect(await child.ended).toBe(1)
  expect(child.output()).toContain('Key k1 of TOKEN_ENCRYPTION_KEYS is not the key this database was sealed with')
  expect(child.output()).not.toContain(wrong.slice(3))
  expect(await calendarRows(world)).toBe(rows)
  await expect(openStores(parseConfig({ ...world.env, TOKEN_ENCRYPTION_KEYS: wrong }), silentLog)).rejects.toThrow(
    'Key k1',
  )
})

it('CL-14 TS-28 an uncaught fault is one line without its words, and ends the process; SIGUSR1 opens no inspector', async () => {
  const throwOnSignal = `data:text/javascript,process.on('SIGUSR2',()=>setTimeout(()=>{throw new Error('CANARY')}))`
  const child = await world.spawn({ NODE_OPTIONS: `--import ${JSON.stringify(throwOnSignal)}` })
  child.process.kill('SIGUSR1')
  expect((await fetch(`${child.origin}/healthz`)).status).toBe(200)
  child.process.kill('SIGUSR2')
  expect(await child.ended).toBe(1)
  expect(child.output()).toContain('{"level":"error","event":"uncaught","name":"Error"}')
  for (const words of ['CANARY', 'Debugger listening', '    at ']) expect(child.output()).not.toContain(words)
})

it('CL-14 a second fault, a rejection and what libraries write to the console are one line each, without their words', async () => {
  const faults = `data:text/javascript,process.on('SIGUSR2',()=>{
    for (const method of ['error','warn','log']) console[method](new Error('CANARY'));
    Promise.reject(Object.assign(new Error('CANARY'),{code:'23505',detail:'CANARY',name:'CANARY Failing row'}));
    setTimeout(()=>{throw new TypeError('CANARY')});
    setTimeout(()=>{throw null})})`.replaceAll(/\n\s*/g, '')
  const child = await world.spawn({ NODE_OPTIONS: `--import ${JSON.stringify(faults)}` })
  child.process.kill('SIGUSR2')
  expect(await child.ended).toBe(1)
  const lines = child
    .output()
    .split('\n')
    .filter((line) => line.includes('"uncaught"') || line.includes('"console"'))
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    ...['error', 'warn', 'log'].map((method) => ({ level: 'warn', event: 'console', method })),
    ...['unknown', 'TypeError', 'unknown'].map((name) => ({ level: 'error', event: 'uncaught', name })),
  ])
  for (const words of ['CANARY', '    at ']) expect(child.output()).not.toContain(words)
})

it('CL-12 MSAL logs nothing personal and Prisma logs no queries', async () => {
  const { readFile } = await import('node:fs/promises')
  const [msal, client] = await Promise.all(
    ['microsoft-calendar/msal.ts', 'postgres/client.ts'].map((name) => readFile(`server/src/adapters/${name}`, 'utf8')),
  )
  expect(msal).toContain('piiLoggingEnabled: false')
  expect(client).not.toMatch(/log: \[/)
})
