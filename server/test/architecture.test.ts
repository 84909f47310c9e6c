import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type SourceFile, sourcesBelow } from './support/sources.ts'

/** Shared by the adapters of calendar providers, and knows none of them. */
const OAUTH = 'adapters/oauth'

/**
 * Who may import whom, inside server/src. An adapter's own folder is always allowed to it, `adapters/oauth` too, and
 * another's never.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ['domain'],
  concurrency: ['ports'],
  net: ['ports', 'concurrency'],
  services: ['ports', 'domain', 'concurrency'],
  adapters: ['ports', 'domain', 'net', 'concurrency', OAUTH],
  [OAUTH]: ['ports', 'domain', 'net', 'concurrency'],
  'adapter-package': ['ports', 'domain', 'services', 'adapters'],
  jobs: ['services', 'ports'],
  http: ['services', 'ports', 'domain'],
  config: ['adapters', 'config-fields'],
  'config-fields': [],
  metrics: ['ports', 'services', 'adapters', 'jobs', 'http', 'config'],
  tracing: ['ports', 'adapters', 'config'],
  di: ['domain', 'ports', 'net', 'services', 'adapters', 'jobs', 'http', 'config'],
  application: ['ports', 'services', 'adapters', 'jobs', 'http', 'config', 'di', 'metrics', 'tracing'],
  cli: ['di', 'services', 'ports', 'domain', 'config', 'adapters', 'start-failure'],
  'start-failure': ['config', 'adapters'],
  main: ['application', 'config', 'ports', 'start-failure'],
}

const isTest = ({ name }: SourceFile): boolean => /\.test\.tsx?$/.test(name)
const sources = sourcesBelow('src')
const product = sources.filter((file) => !isTest(file))

const resolveImport = (from: string, specifier: string): string => path.posix.join(path.posix.dirname(from), specifier)
const room = (name: string): string =>
  name.startsWith(`src/${OAUTH}/`) ? OAUTH : (name.split('/')[1] ?? '').replace(/\.ts$/, '')
const adapterFolder = (name: string): string | undefined => /^src\/adapters\/([^/]+)\//.exec(name)?.[1]

/** Imports that leave their room for one they may not enter, as `from → to`. */
function trespasses(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ name, imports }) =>
    imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => resolveImport(name, specifier))
      .filter((target) => {
        if (!target.startsWith('src/')) return true
        if (room(target) === 'adapters' && room(name) === 'adapters')
          return adapterFolder(target) !== adapterFolder(name)
        return room(target) !== room(name) && !(MAY_IMPORT[room(name)] ?? []).includes(room(target))
      })
      .map((target) => `${name} → ${target}`),
  )
}

function circles(files: readonly SourceFile[]): string[] {
  const arrows = new Map(
    files.map(({ name, imports }) => [
      name,
      imports.filter((s) => s.startsWith('.')).map((s) => resolveImport(name, s)),
    ]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) found.push([...trail.slice(trail.indexOf(name)), name].join(' → '))
    if (done.has(name) || trail.includes(name)) return
    for (const next of arrows.get(name) ?? []) visit(next, [...trail, name])
    done.add(name)
  }
  for (const name of arrows.keys()) visit(name, [])
  return found
}

const naming = (files: readonly SourceFile[], word: RegExp): string[] =>
  files.filter(({ text }) => word.test(text)).map(({ name }) => name)

describe('the house', () => {
  it('has the rooms the rules speak of, and no others', () => {
    expect(product.length).toBeGreaterThan(40)
    expect(product.filter(({ name }) => !(room(name) in MAY_IMPORT)).map(({ name }) => name)).toEqual([])
  })

  it('imports point inward', () => {
    expect(trespasses(product)).toEqual([])
  })

  it('notices a domain that imports the web, an adapter that imports its neighbour and a source that leaves src', () => {
    const planted = (name: string, specifier: string): SourceFile => ({ name, text: '', imports: [specifier] })
    expect(trespasses([planted('src/domain/slots.ts', '../http/app.ts')])).toHaveLength(1)
    expect(trespasses([planted('src/adapters/a/adapter.ts', '../b/adapter.ts')])).toHaveLength(1)
    expect(trespasses([planted('src/services/x.ts', '../adapters/postgres/client.ts')])).toHaveLength(1)
    expect(trespasses([planted('src/main.ts', '../dev/demo.ts')])).toHaveLength(1)
    expect(trespasses([planted('src/adapters/a/adapter.ts', './errors.ts')])).toEqual([])
  })

  it('keeps the room of OAuth to itself: it imports no adapter and no configuration, and names no provider', () => {
    const planted = (name: string, specifier: string): SourceFile => ({ name, text: '', imports: [specifier] })
    expect(trespasses([planted('src/adapters/a/tokens.ts', '../oauth/token-source.ts')])).toEqual([])
    expect(trespasses([planted('src/adapters/oauth/x.ts', '../a/tokens.ts')])).toHaveLength(1)
    expect(trespasses([planted('src/adapters/oauth/x.ts', '../../config.ts')])).toHaveLength(1)
    expect(trespasses([planted('src/services/x.ts', '../adapters/oauth/token-source.ts')])).toHaveLength(1)
    const shared = product.filter(({ name }) => room(name) === OAUTH)
    expect(shared.length).toBeGreaterThan(0)
    const imports = shared.flatMap((file) => file.imports)
    expect(imports.filter((name) => /google|microsoft|azure|msal/.test(name))).toEqual([])
    expect(naming(shared, /\b(entra|graph|msal)\b|=== '(google|microsoft)'/i)).toEqual([])
  })

  it('lets an adapter say what it needs to be configured with, and the reader of the environment know no more of it', () => {
    const planted = (name: string, specifier: string): SourceFile => ({ name, text: '', imports: [specifier] })
    expect(trespasses([planted('src/adapters/a/index.ts', '../../config.ts')])).toHaveLength(1)
    const known = product
      .filter(({ name }) => name === 'src/config.ts')
      .flatMap(({ imports }) => imports.filter((specifier) => specifier.startsWith('.')))
    expect(known.length).toBeGreaterThan(0)
    expect(known.filter((specifier) => !/^\.\/(adapters\/[^/]+\/config|config-fields)\.ts$/.test(specifier))).toEqual(
      [],
    )
  })

  it('has no circles', () => {
    expect(circles(product)).toEqual([])
    const planted = (name: string, specifier: string): SourceFile => ({ name, text: '', imports: [specifier] })
    expect(circles([planted('src/a.ts', './b.ts'), planted('src/b.ts', './a.ts')])).toHaveLength(1)
  })

  it('names no provider in services, http, jobs and domain', () => {
    const files = product.filter(({ name }) => /^src\/(services|http|jobs|domain)\//.test(name))
    expect(naming(files, /google|microsoft|outlook|\bgraph\b|entra\b/i)).toEqual([])
  })

  it('decides nothing by the code of a failure, which is for the log', () => {
    const files = product.filter(({ name }) => /^src\/(services|http|domain|ports)\//.test(name))
    const decides = /\bcode\s*[!=]==?\s*['"`]|switch \((\w+\.)?code\)/
    expect(naming(files, decides)).toEqual([])
    expect(decides.test("if (code === 'insufficient_scope')")).toBe(true)
  })

  it('keeps the domain pure: no node, no clock, no randomness', () => {
    const domain = product.filter(({ name }) => name.startsWith('src/domain/'))
    expect(domain.flatMap(({ imports }) => imports.filter((s) => !s.startsWith('.')))).toEqual(['temporal-polyfill'])
    expect(naming(domain, /new Date\(\)|Date\.now|Math\.random|process\./)).toEqual([])
  })

  it('keeps concurrency pure: the clock of ports, and what node has built in', () => {
    const outside = product
      .filter(({ name }) => name.startsWith('src/concurrency/'))
      .flatMap(({ imports }) => imports.filter((s) => !s.startsWith('./') && !s.startsWith('node:')))
    expect(new Set(outside)).toEqual(new Set(['../ports/clock.ts']))
  })

  it('keeps adapters twins: who knows one knows both', () => {
    const filesOf = (provider: string) =>
      product
        .filter(({ name }) => adapterFolder(name) === provider)
        .map(({ name }) => name.slice(`src/adapters/${provider}/`.length))
    const shared = [
      'index.ts',
      'adapter.ts',
      'config.ts',
      'connector.ts',
      'calendar-list.ts',
      'free-busy.ts',
      'events.ts',
      'event-body.ts',
      'event-looks.ts',
      'event-move.ts',
      'event-removal.ts',
      'features.ts',
      'online-meeting.ts',
    ]
    const identity = ['consent.ts', 'id-token.ts', 'scopes.ts', 'token-client.ts'].map((name) => `identity/${name}`)
    const transport = ['http-parts.ts', 'limits.ts'].map((name) => `transport/${name}`)
    const common = [...shared, ...identity, ...transport]
    const inTransport = (name: string) => ['call', 'client', 'errors'].map((part) => `transport/${name}-${part}.ts`)
    const google = [...common, 'busy-besides.ts', 'free-busy-answer.ts', 'list-events.ts', ...inTransport('google')]
    const microsoft = [...common, 'event-search.ts', 'free-busy-status.ts', ...inTransport('graph')]
    const atRoot = (files: readonly string[]) => files.filter((name) => !name.includes('/')).sort()
    expect(atRoot(filesOf('google-calendar'))).toEqual(atRoot(google))
    expect(atRoot(filesOf('microsoft-calendar'))).toEqual(atRoot(microsoft))
    expect(filesOf('google-calendar')).toEqual(expect.arrayContaining(google))
    expect(filesOf('microsoft-calendar')).toEqual(expect.arrayContaining(microsoft))
  })

  it('INV-6 lets the Microsoft adapter out to the network by one door', () => {
    const adapter = product.filter(({ name }) => adapterFolder(name) === 'microsoft-calendar')
    const doors = adapter.flatMap(({ imports }) =>
      imports.filter((name) => /undici|^(node:)?(https?|net|tls)$/.test(name)),
    )
    expect([doors, naming(adapter, /\bfetch\b/)]).toEqual([[], []])
  })

  it('F-35 never lets a certificate pass unchecked', () => {
    expect(naming([...sources, ...sourcesBelow('dev')], /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/)).toEqual([])
  })

  it.each([
    ['metrics', 'prometheus/metrics', /^prom-client$/],
    ['tracing', 'opentelemetry/tracing', /^@opentelemetry\//],
  ])('loads the library of %s only where it is configured', (room, adapter, library) => {
    const [folder] = adapter.split('/')
    const outside = product.filter(({ name }) => !name.startsWith(`src/adapters/${folder}/`))
    const knowing = product.filter(({ imports }) => imports.some((one) => library.test(one)))
    expect(knowing.length).toBeGreaterThan(0)
    expect(outside.filter((file) => knowing.includes(file)).map(({ name }) => name)).toEqual([])
    expect(naming(outside, new RegExp(`^import .*adapters/${folder}`, 'm'))).toEqual([])
    expect(naming(outside, new RegExp(`import\\('\\./adapters/${adapter}\\.ts'\\)`))).toEqual([`src/${room}.ts`])
  })

  it('reads the environment in one place', () => {
    expect(naming(product, /process\.env/)).toEqual(['src/config.ts'])
  })

  it('keeps generated code behind the database adapter', () => {
    const outside = product.filter(({ name }) => !name.startsWith('src/adapters/postgres/'))
    expect(outside.filter(({ imports }) => imports.some((s) => s.includes('generated')))).toEqual([])
  })

  it('TS-02 has one module that encrypts', () => {
    expect(naming(product, /createCipheriv|createDecipheriv/)).toEqual(['src/adapters/postgres/encryption/key-ring.ts'])
  })

  it('OA-01 draws no secret from a UUID', () => {
    const oauth = product.filter(({ name }) =>
      /connect-calendar|connect-flow|oauth-flow|redeem-|admin-consent|connector|oauth|http\/web-session/.test(name),
    )
    expect(naming(oauth, /randomUUID/)).toEqual([])
  })

  it('lets emulators share nothing with what they emulate for', () => {
    const emulators = sourcesBelow('dev').filter(({ name }) => /^dev\/[a-z]+-emulator\//.test(name))
    const leaving = emulators.flatMap(({ name, imports }) =>
      imports.filter(
        (s) => s.startsWith('.') && !resolveImport(name, s).startsWith(name.split('/').slice(0, 2).join('/')),
      ),
    )
    expect(emulators.length).toBeGreaterThan(0)
    expect(leaving).toEqual([])
  })

  it('keeps every file under 250 lines', () => {
    const all = [...sources, ...sourcesBelow('dev'), ...sourcesBelow('test')]
    expect(all.filter(({ text }) => text.split('\n').length > 250).map(({ name }) => name)).toEqual([])
  })
})
