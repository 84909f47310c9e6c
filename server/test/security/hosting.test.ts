import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

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

  it('sets variables that exist', () => {
    const known = [...variables.matchAll(/^(\w+)=/gm)].map(([, name]) => name)
    expect(keys.filter((key) => !known.includes(key))).toEqual(['NODE_VERSION', 'NODE_ENV'])
  })
})
