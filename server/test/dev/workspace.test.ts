import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { billOfProduction } from '../../dev/bill-of-materials.ts'

const read = (file: string): string => readFileSync(file, 'utf8')

describe('the release of Node', () => {
  it('is the same for developers and in production, and the oldest, it and the one between are what a change has to pass', () => {
    const [, production] = /key: NODE_VERSION\n +value: "(\d+)"/.exec(read('render.yaml')) ?? []
    expect(read('.nvmrc').trim()).toBe(production)
    const [, oldest] = /"node": ">=(\d+)/.exec(read('package.json')) ?? []
    const [, matrix = ''] = /node: \[(.*)\]/.exec(read('.github/workflows/ci.yml')) ?? []
    expect(matrix.split(', ')).toEqual([oldest, '22', production])
  })
})

describe('updates of what is installed', () => {
  it('are asked for, of packages and of actions', () => {
    const asked = [...read('.github/dependabot.yml').matchAll(/package-ecosystem: (\S+)\n +directory: (\S+)/g)]
    expect(asked.map(([, ecosystem, directory]) => [ecosystem, directory])).toEqual([
      ['npm', '/'],
      ['github-actions', '/'],
    ])
  })
})

describe('the debugger', () => {
  it('starts programs that are there', () => {
    const { configurations } = JSON.parse(read('.vscode/launch.json')) as { configurations: { program: string }[] }
    expect(configurations.length).toBeGreaterThan(1)
    const programs = configurations.map(({ program }) => program.replace(/^\$\{workspaceFolder\}\//, ''))
    expect(programs.filter((program) => !existsSync(program))).toEqual([])
  })
})

/** What others may be given, or run as a service, without more than a notice. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
])

/** Packages looked at one by one, by name. */
const LOOKED_AT: Readonly<Record<string, string>> = {
  // Unchanged, and only inside Prisma's command line: the Eclipse licence asks for the source of changes alone.
  elkjs: 'EPL-2.0',
  // Its package.json names none; its file LICENSE is the text of MIT.
  'seq-queue': 'unnamed',
}

interface Locked {
  readonly integrity?: string
  readonly dev?: true
  readonly hasInstallScript?: true
  readonly license?: string
}

/** `MIT`, `MIT AND ISC`, `(MIT OR GPL-3.0)`. */
const isAllowed = (expression: string): boolean =>
  expression
    .replaceAll(/[()]/g, '')
    .split(/ or /i)
    .some((choice) => choice.split(/ and /i).every((name) => ALLOWED.has(name)))

/** `name licence` of every package that production installs under a licence nobody has looked at. */
function unknownLicences(packages: Readonly<Record<string, Locked>>): string[] {
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { license = 'unnamed' }]) => ({ name: path.replace(/^.*node_modules\//, ''), license }))
    .filter(({ name, license }) => !isAllowed(license) && LOOKED_AT[name] !== license)
    .map(({ name, license }) => `${name} ${license}`)
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> }

describe('what runs when packages are installed', () => {
  it('are programs of the packages that were looked at, and of no other', () => {
    const scripted = Object.entries(packages).filter(([path, { hasInstallScript }]) => path !== '' && hasInstallScript)
    const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Readonly<Record<string, true>> }
    const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''))
    expect(names.sort()).toEqual(Object.keys(allowScripts).sort())
  })
})

describe('the packages that traces need', () => {
  const wanted = JSON.parse(read('server/deploy/tracing/package.json')).dependencies as Record<string, string>

  it('are those that the tests run, in exactly their versions, and no part of an ordinary installation', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'))
    const tested = Object.entries(devDependencies).filter(([name]) => name.startsWith('@opentelemetry/'))
    expect(Object.fromEntries(tested)).toEqual(wanted)
    expect(Object.keys(wanted).length).toBeGreaterThan(3)
    expect(Object.keys(dependencies).filter((name) => name.startsWith('@opentelemetry/'))).toEqual([])
    // The metrics' library needs the API.
    const installed = Object.keys(wanted).filter((name) => packages[`node_modules/${name}`]?.dev !== true)
    expect(installed).toEqual(['@opentelemetry/api'])
  })

  it('bring along none but their own kind, as they are tested, which copying one folder installs', () => {
    const lock = JSON.parse(read('server/deploy/tracing/package-lock.json')) as { packages: Record<string, Locked> }
    const locked = Object.entries(lock.packages).filter(([name]) => name !== '')
    expect(locked.length).toBeGreaterThan(Object.keys(wanted).length)
    expect(locked.filter(([name]) => !/^node_modules\/@opentelemetry\/[a-z-]+$/.test(name))).toEqual([])
    expect(locked.filter(([name, { integrity }]) => packages[name]?.integrity !== integrity)).toEqual([])
  })

  it('are imported by their adapter, all of them', () => {
    const source = ['tracing', 'exporter', 'spans'].map((name) => read(`server/src/adapters/opentelemetry/${name}.ts`))
    expect(Object.keys(wanted).filter((name) => !source.join().includes(`'${name}'`))).toEqual([])
  })
})

describe('the bill of materials', () => {
  const production = { 'bom-ref': 'kept@1.0.0', properties: [] }
  const development = { 'bom-ref': 'tool@2.0.0', properties: [{ name: 'cdx:npm:package:development', value: 'true' }] }
  const bill = {
    bomFormat: 'CycloneDX',
    metadata: { component: { 'bom-ref': 'booking@1.0.0', name: 'a-folder' } },
    components: [production, development],
    dependencies: [
      { ref: 'booking@1.0.0', dependsOn: ['kept@1.0.0', 'tool@2.0.0'] },
      { ref: 'tool@2.0.0', dependsOn: [] },
    ],
  }
  const lock = (more = {}) => ({
    name: 'booking',
    packages: { '': { version: '1.0.0' }, 'node_modules/kept-too': { name: 'kept', version: '1.0.0' }, ...more },
  })

  it('is of what production installs, by its own name, whatever a package is called where it is needed', () => {
    const tool = { 'node_modules/tool': { version: '2.0.0', dev: true } }
    const made = billOfProduction(bill, lock(tool))
    expect(made.components).toEqual([production])
    expect(made.dependencies).toEqual([{ ref: 'booking@1.0.0', dependsOn: ['kept@1.0.0'] }])
    expect(made.metadata.component.name).toBe('booking')
  })

  it('is printed whole in a shell of production, too, as many packages as the guide says', () => {
    const env = { ...process.env, NODE_ENV: 'production' }
    const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'server/dev/sbom.ts'], { env })
    const { components } = JSON.parse(stdout.toString()) as { components: readonly unknown[] }
    const [, said] = /the network: (\d+) packages/.exec(read('server/docs/operations.md')) ?? []
    expect([status, components.length]).toEqual([0, Number(said)])
  })

  it('is refused where it lacks a package that production installs', () => {
    const inner = { 'node_modules/kept/node_modules/pg': { version: '8.0.0' } }
    expect(() => billOfProduction(bill, lock(inner))).toThrow('not in the bill: pg@8.0.0')
  })
})

describe('the audit of packages', () => {
  it('is a workflow of its own, for every change and by the clock, of what production installs', () => {
    const workflow = read('.github/workflows/audit.yml')
    for (const line of [
      '  push:',
      '  pull_request:',
      '  schedule:',
      '      - run: npm audit --omit=dev --audit-level=high',
    ])
      expect(workflow.split('\n')).toContain(line)
    // Without the network nothing else of it fails: no installation asks for advisories.
    expect(read('.npmrc').split('\n')).toContain('audit=false')
    expect(read('.ci/run')).not.toContain('npm audit')
  })
})

describe('the licences', () => {
  it('of all that production installs are known and allowed', () => {
    expect(Object.keys(packages).length).toBeGreaterThan(300)
    expect(unknownLicences(packages)).toEqual([])
  })

  it('are noticed when one is not allowed, has a part that is not, or has no name', () => {
    const planted = (license?: string) =>
      unknownLicences({ 'node_modules/a/node_modules/b': license ? { license } : {} })
    expect([planted('AGPL-3.0'), planted('MIT AND GPL-3.0'), planted()].flat()).toEqual([
      'b AGPL-3.0',
      'b MIT AND GPL-3.0',
      'b unnamed',
    ])
    expect(planted('(MIT OR GPL-3.0)')).toEqual([])
    expect(unknownLicences({ 'node_modules/b': { dev: true, license: 'AGPL-3.0' } })).toEqual([])
  })
})
