import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFENCES } from './defences/list.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')
const document = read('server/docs/security.md')

/** The cells of every table row that begins with something in `first`. */
const rows = (first: RegExp): string[][] =>
  document
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '))
    .filter(([cell = '']) => first.test(cell))

const proved = rows(/^(OA|TS|WS|CL|PR)-\d\d$/).filter(([, , file]) => /\.test\.ts|contract\//.test(file ?? ''))
const code = (cell: string | undefined): string => cell?.replaceAll('`', '') ?? ''

const filesOf = (cell: string | undefined): string[] => code(cell).split(', ')

const numbers = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}-${String(from + index).padStart(2, '0')}`)

const EMPHASISED = [
  ...numbers('OA', 2, 7),
  ...numbers('OA', 9, 15),
  ...numbers('OA', 19, 22),
  ...numbers('OA', 25, 27),
  ...numbers('OA', 33, 35),
  ...numbers('OA', 37, 42),
  ...numbers('TS', 7, 8),
  ...['TS-10', 'TS-12', 'TS-14', 'TS-15', 'TS-17'],
  ...numbers('TS', 21, 24),
  ...numbers('WS', 1, 23),
  ...['CL-01', 'CL-07', 'CL-10'],
]

/** Whether a test that a row names turns red without a defence of that row. */
const seenRed = (id: string, files: readonly string[]): boolean =>
  DEFENCES.some(
    ({ row, test, titles = test }) =>
      new RegExp(`\\b${id}\\b`).test(row) && [test, titles].some((file) => files.includes(`server/${file}`)),
  )

/** The texts of a file that are not comments: titles are among them. */
const literals = (text: string): string =>
  [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
    .map(([whole]) => whole)
    .join('\n')

describe('the security table', () => {
  it.each(proved)('%s stands in a title of each test that proves it', (id, _what, files) => {
    expect(filesOf(files).filter((file) => !new RegExp(`\\b${id}\\b`).test(literals(read(file))))).toEqual([])
  })

  it.each(proved)('%s was seen red where the list of defences says so, and only there', (id, _what, files, seen) => {
    expect(seen?.trim()).toBe(seenRed(id ?? '', filesOf(files)) ? 'yes' : '')
  })

  it('holds every row that matters most, each once', () => {
    const ids = proved.map(([id]) => id)
    expect(EMPHASISED.filter((id) => !ids.includes(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
    expect(proved.filter(([, , , seen]) => seen === 'yes').length).toBeGreaterThan(30)
  })

  it('leaves no row of a family out: proved, or listed with its reason', () => {
    const family = [
      ...numbers('OA', 1, 42),
      ...numbers('TS', 1, 31),
      ...numbers('WS', 1, 23),
      ...numbers('CL', 1, 14),
      ...numbers('PR', 1, 24),
    ]
    const named = new Set(rows(/^(OA|TS|WS|CL|PR)-\d\d/).flatMap(([cell = '']) => cell.split(', ')))
    expect(family.filter((id) => !named.has(id))).toEqual([])
  })
})

describe('what the page says of the code', () => {
  it('CL-04 each time limit is the one in the code', () => {
    const limits = document
      .slice(document.indexOf('## Time limits'))
      .split('\n')
      .filter((line) => /^\| .*`/.test(line))
    expect(limits.length).toBeGreaterThan(20)
    for (const line of limits) {
      const [, , name, file, value] = line.split('|').map((cell) => code(cell.trim()))
      const source = read(`server/src/${file}`)
      expect(source.includes(`${name} = ${value}`) || source.includes(`${name}: ${value}`), line).toBe(true)
    }
  })

  it('TS-31 the crypto inventory names every file that uses cryptography, and every secret', () => {
    const inventory = document.slice(document.indexOf('## Crypto inventory'), document.indexOf('## Time limits'))
    const using = readdirSync(path.join(ROOT, 'server/src'), { recursive: true, encoding: 'utf8' })
      .map((name) => name.split(path.sep).join('/'))
      .filter((name) => /\.tsx?$/.test(name) && !/generated|\.test\.|mock-calendar/.test(name))
      .filter((name) => {
        const imports = [
          ...read(`server/src/${name}`).matchAll(
            /import (?:type )?\{([^}]*)\} from '(?:node:crypto|jose|@node-rs\/argon2)'/g,
          ),
        ]
        // An id that is only told apart from others is no secret.
        return imports.some(([, names = '']) => names.trim() !== 'randomUUID')
      })
    expect(using.filter((name) => !inventory.includes(`\`${name}\``))).toEqual([])
    const secrets = read('.env.example').match(/^\w*(SECRET|KEYS|DATABASE_URL|METRICS_TOKEN|OTLP_HEADERS)(?==)/gm) ?? []
    expect(secrets.length).toBeGreaterThan(4)
    expect(secrets.filter((name) => !inventory.includes(`\`${name}\``))).toEqual([])
  })

  it('CL-13 every dependency is pinned to one version, with its hash', () => {
    const manifest: Record<string, Record<string, string>> = JSON.parse(read('package.json'))
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
    expect(Object.values(wanted).filter((version) => !/^\d+\.\d+\.\d+[\w.-]*$/.test(version))).toEqual([])
    const lock: { packages: Record<string, { integrity?: string; link?: boolean }> } = JSON.parse(
      read('package-lock.json'),
    )
    const loose = Object.entries(lock.packages).filter(
      ([name, { integrity, link }]) => name !== '' && !link && !integrity,
    )
    expect(loose.map(([name]) => name)).toEqual([])
  })

  // Another project has taken the name since (citrusui/emulate, from 1.0.0): an upgrade would run a stranger's program.
  it('CL-13 `emulate` stays the one that vercel-labs published', () => {
    const manifest: { devDependencies: Record<string, string> } = JSON.parse(read('package.json'))
    const lock: { packages: Record<string, { version?: string; integrity?: string }> } = JSON.parse(
      read('package-lock.json'),
    )
    const copies = Object.entries(lock.packages).filter(([name]) => name.split('node_modules/').at(-1) === 'emulate')
    expect(manifest.devDependencies.emulate).toBe('0.12.2')
    expect(copies.map(([, { version, integrity }]) => [version, integrity])).toEqual([
      ['0.12.2', 'sha512-cHz1ITT3xm3HJM6qSks7+ME5Bw/W7zp7ky2Ve4M4ANls46EfeAy0m/nWOjTLJEgLEQcA9gW+L3cWjuUcklJxtQ=='],
    ])
    const installed: { repository: { url: string } } = JSON.parse(read('node_modules/emulate/package.json'))
    expect(installed.repository.url).toContain('github.com/vercel-labs/emulate')
  })
})
