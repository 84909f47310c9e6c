import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { testKey } from '../support/database.ts'
import { keysText } from '../support/environment.ts'

const render = readFileSync('render.yaml', 'utf8')
const variables = readFileSync('.env.example', 'utf8')
const [, database = '', service = ''] = /\ndatabases:\n(.*)\nservices:\n(.*)$/s.exec(render) ?? []

/** The value of a field, comments aside; undefined where it is missing or stands there twice. */
function field(part: string, name: string): string | undefined {
  const found = [...part.matchAll(new RegExp(`^ +(?:- )?${name}: *(.*?)(?: +#.*)?$`, 'gm'))]
  return found.length === 1 ? found[0]?.[1] : undefined
}

const keys = [...service.matchAll(/^ +- key: (\w+)$/gm)].map(([, key]) => key)
const setting = (key: string): string | undefined =>
  new RegExp(`^ +- key: ${key}\\n +(?:value: )?(.*)$`, 'm').exec(service)?.[1]

/** What the host makes, and what its operator is asked for. */
const VALUES: Readonly<Record<string, string>> = {
  APP_URL: 'https://booking.example',
  DATABASE_URL: 'postgresql://somebody:made-up@host/booking',
  // `generateValue`: 256 bits in base64.
  SESSION_SECRET: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64'),
  TOKEN_ENCRYPTION_KEYS: keysText([testKey('k1')]),
  MICROSOFT_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
  MICROSOFT_CLIENT_SECRET: 'made up for this test',
  MICROSOFT_CLIENT_SECRET_ENDS: '2027-06-30',
  GOOGLE_CLIENT_ID: '',
  GOOGLE_CLIENT_SECRET: '',
  GOOGLE_CLIENT_SECRET_ENDS: '',
}

describe('.env.example', () => {
  it('has a line for every variable that is read, and for no other', () => {
    const source = ['config', 'config-fields'].map((name) => readFileSync(`server/src/${name}.ts`, 'utf8')).join('\n')
    const read = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name)
    expect(read.length).toBeGreaterThan(30)
    const listed = [...variables.matchAll(/^(\w+)=/gm)].map(([, name]) => name)
    // Node's own, which production sets.
    expect(listed.concat('NODE_ENV').sort()).toEqual(read.sort())
  })
})

describe('render.yaml', () => {
  it('keeps the database off the internet', () => {
    expect(field(database, 'ipAllowList')).toBe('[]')
  })

  it('keeps the data in the European Union, and the service beside it', () => {
    expect([database, service].map((part) => field(part, 'region'))).toEqual(['frankfurt', 'frankfurt'])
  })

  it('builds, leaves out what only builds and tests, migrates before the new release starts, and is not restarted for its database', () => {
    expect(field(service, 'buildCommand')).toBe('npm ci --include=dev && npm run build && npm prune --omit=dev')
    expect(field(service, 'preDeployCommand')).toBe('npx prisma migrate deploy')
    expect(field(service, 'healthCheckPath')).toBe('/healthz')
  })

  it('starts without npm in the way of signals, and waits for as long as stopping may take', () => {
    expect(field(service, 'startCommand')).toBe('node dist/main.js')
    expect(field(service, 'maxShutdownDelaySeconds')).toBe('30')
  })

  it('counts three proxies, and holds no secret', () => {
    expect(setting('TRUST_PROXY_HOPS')).toBe('"3"')
    expect(setting('SESSION_SECRET')).toBe('generateValue: true')
    const secrets = keys.filter((key) => key !== 'SESSION_SECRET' && /(SECRET|KEYS)$/.test(key ?? ''))
    expect(secrets).toHaveLength(3)
    expect(secrets.map((key) => setting(key ?? ''))).toEqual(secrets.map(() => 'sync: false'))
  })

  it('asks for the day on which each client secret ends', () => {
    const ends = keys.filter((key) => key?.endsWith('_CLIENT_SECRET')).map((key) => `${key}_ENDS`)
    expect(ends.map(setting)).toEqual(['sync: false', 'sync: false'])
  })

  it('uses only fields that excerpts of the host’s reference (blueprint-spec) named, each once', () => {
    const fields = (part: string): string[] =>
      [...part.matchAll(/^ {2}(?:- | {2})(\w+):/gm)].map(([, name = '']) => name).sort()
    expect(fields(database)).toEqual(['ipAllowList', 'name', 'plan', 'postgresMajorVersion', 'region'])
    expect(fields(service)).toEqual([
      ...['buildCommand', 'envVars', 'healthCheckPath', 'maxShutdownDelaySeconds', 'name', 'plan', 'preDeployCommand'],
      ...['region', 'runtime', 'startCommand', 'type'],
    ])
    const source = /fromDatabase:\n +name: (\S+)\n +property: (\S+)/.exec(service)?.slice(1)
    expect(source).toEqual([field(database, 'name'), 'connectionString'])
  })

  it('leaves out only what is named there or has a default', () => {
    const left = ['METRICS_TOKEN', 'TOMBSTONE_FILE', 'HSTS_INCLUDE_SUBDOMAINS', 'DRAIN_SECONDS']
    expect(left.filter((name) => !service.includes(name) || keys.includes(name))).toEqual([])
    const given = Object.fromEntries(keys.map((key = '') => [key, VALUES[key] ?? setting(key)?.replace(/^"|"$/g, '')]))
    const { production, trustProxyHops, metrics, tracing } = parseConfig(given)
    expect([production, trustProxyHops, metrics, tracing]).toEqual([true, 3, undefined, undefined])
  })

  it('sets variables that exist', () => {
    const known = [...variables.matchAll(/^(\w+)=/gm)].map(([, name]) => name)
    expect(keys.filter((key) => !known.includes(key))).toEqual(['NODE_VERSION', 'NODE_ENV'])
  })
})
