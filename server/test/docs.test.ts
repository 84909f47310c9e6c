import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

const filesBelow = (folder: string, name: RegExp): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name) && !entry.parentPath.includes('generated'))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))

const PAGES = ['README.md', ...filesBelow('server/docs', /\.md$/)]
const quoted = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word)
const section = (text: string, from: string, to: string): string =>
  text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from) + 1))

describe('what operators are told of the log', () => {
  const product = filesBelow('server/src', /\.tsx?$/).filter((name) => !name.includes('.test.'))
  const source = product.map(read).join('\n')
  const operations = read('server/docs/operations.md')
  const table = section(operations, 'Somebody has to act', '\n## ')
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((line) => quoted(line.split(' | ')[0] ?? ''))

  /** `${provider}_client_rejected` stands for one event of each provider. */
  const events = (pattern: RegExp): string[] =>
    [...source.matchAll(pattern)].flatMap(([, event = '']) =>
      /^\$\{provider\}/.test(event)
        ? ['google', 'microsoft'].map((name) => event.replace(/^\$\{provider\}/, name))
        : event,
    )

  it('has a row for each event that is an error', () => {
    const errors = events(/(?:\blog\.error\(\s*|\bsay\('error', )['`]([^'`]+)['`]/g)
    expect(errors.length).toBeGreaterThan(10)
    expect(errors.filter((event) => !named.includes(event))).toEqual([])
  })

  it('has no row for an event that nobody logs', () => {
    const logged = events(/(?:\blog\.(?:error|warn|info)\(\s*|\bsay\('\w+', )['`]([^'`]+)['`]/g)
    expect(named.filter((event) => !logged.includes(event))).toEqual([])
  })

  it('calls each field by one name', () => {
    const fields = [...source.matchAll(/\blog\.(?:error|warn|info)\([^,()]+, (\{[^}]*\})/g)].map(
      ([, text = '']) => text,
    )
    expect(fields.length).toBeGreaterThan(20)
    expect(fields.filter((text) => /[{,]\s*(connection|tenant|user|booking|level|time|event)\b/.test(text))).toEqual([])
  })
})

describe('the pages', () => {
  it.each(PAGES)('%s leads to files that are there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => to)
    const missing = links.filter((to) => !existsSync(path.join(ROOT, path.dirname(page), to)))
    const files = quoted(read(page)).filter((word) => /^(server|prisma)\/[\w./-]+\.(tsx?|md|sql|prisma)$/.test(word))
    // The guide for other applications speaks of the example's files.
    const isThere = (file: string) => ['.', 'server/examples/host'].some((at) => existsSync(path.join(ROOT, at, file)))
    expect([...missing, ...files.filter((file) => !isThere(file))]).toEqual([])
  })

  it('README names every page of the documentation', () => {
    const text = read('README.md')
    const names = readdirSync(path.join(ROOT, 'server/docs')).map((name) => name.replace(/\.md$/, ''))
    const list = /server\/docs\/ +(.*(?:\n {10,}.*)*)/.exec(text)?.[1]?.toLowerCase() ?? ''
    expect(names.filter((name) => name !== 'images' && !list.includes(name.toLowerCase()))).toEqual([])
  })
})

describe('the decisions', () => {
  const decisions = filesBelow('server/docs/decisions', /^\d{3}-.*\.md$/)
  it.each(decisions)('%s has its date, status, reasons, alternatives and costs, and stands in the list', (page) => {
    const text = read(page)
    expect(text.split('\n')[2]).toMatch(/^\d{1,2} (November|December) \d{4}\. (Accepted|Superseded by \d+)\.$/)
    for (const part of ['Why', 'Alternatives', 'What it costs']) expect(text).toContain(`**${part}.**`)
    expect(read('server/docs/decisions/README.md')).toContain(`](${path.basename(page)})`)
  })
})

describe('the style', () => {
  const style = read('server/docs/STYLE.md')
  const blocks = [...style.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language = '', text = '']) => ({
    language,
    text,
  }))

  it('shows the map of imports that the architecture test enforces', () => {
    const map = /const MAY_IMPORT[\s\S]*?\n}\n/.exec(read('server/test/architecture.test.ts'))?.[0]
    expect(map).toBeDefined()
    expect(blocks.map(({ text }) => text)).toContain(map)
  })

  it('names the twins’ files as they are', () => {
    const names = (blocks.find(({ text }) => text.startsWith('index.ts'))?.text ?? '').split(/\s+/).filter(Boolean)
    expect(names.length).toBeGreaterThan(9)
    const of = (twin: string) => filesBelow(`server/src/adapters/${twin}-calendar`, /\.ts$/)
    const [google, microsoft] = [of('google'), of('microsoft')]
    const stands = (files: readonly string[], name: string) => files.some((file) => file.endsWith(`-calendar/${name}`))
    const own = (name: string) =>
      /graph/.test(name) ? [microsoft] : /google/.test(name) ? [google] : [google, microsoft]
    expect(names.filter((name) => !own(name).every((files) => stands(files, name)))).toEqual([])
  })

  it('shows lines that stand in the code', () => {
    const code = [
      ...filesBelow('server', /\.tsx?$/).filter((name) => !name.endsWith('docs.test.ts')),
      ...filesBelow('prisma', /\.sql$/),
      'package.json',
    ].map(read)
    const lines = new Set(code.flatMap((text) => text.split('\n')).map((line) => line.trim()))
    const shown = blocks.filter(({ language }) => language !== '').flatMap(({ text }) => text.split('\n'))
    expect(shown.length).toBeGreaterThan(60)
    expect(shown.map((line) => line.trim()).filter((line) => line !== '' && line !== '…' && !lines.has(line))).toEqual(
      [],
    )
  })
})

describe('the guide for other applications', () => {
  const HOST = 'server/examples/host'
  const guide = read('server/docs/adopting.md')
  const blocks = [...guide.matchAll(/```(\w+)(?: (\S+))?\n([\s\S]*?)```/g)].map(([, language, file, text = '']) => ({
    language,
    file,
    text,
  }))

  it('shows code that stands in the example, and no other', () => {
    const code = blocks.filter(({ language }) => language !== 'sh')
    expect(code.length).toBeGreaterThan(8)
    const elsewhere = code.filter(({ file, text }) => file === undefined || !read(`${HOST}/${file}`).includes(text))
    expect(elsewhere.map(({ file, text }) => file ?? text)).toEqual([])
  })

  it('names scripts that there are', () => {
    const scripts = Object.keys(JSON.parse(read('package.json')).scripts)
    const named = [...guide.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })

  it('counts the lines that are to be written', () => {
    const rows = [...guide.matchAll(/^\| `([\w/.-]+)` \| [^|]+ \| (\d+) \|$/gm)]
    expect(rows.map(([, file]) => file)).toEqual(expect.arrayContaining(['src/microsoft/token-store.ts']))
    const lines = rows.map(([, file = '']) => read(`${HOST}/${file}`).trimEnd().split('\n').length)
    expect(rows.map(([, , count]) => Number(count))).toEqual(lines)
    expect(guide).toContain(`| together | ${lines.reduce((sum, count) => sum + count, 0)} |`)
  })

  it('names the packages that the package brings', () => {
    const imported = new Set(
      filesBelow('server/src', /\.ts$/)
        .filter((name) =>
          /src\/(adapters\/(google|microsoft)-calendar|adapters\/oauth|net|concurrency|domain)\//.test(name),
        )
        .filter((name) => !name.includes('.test.'))
        .flatMap((name) => [...read(name).matchAll(/^(?:import (?!type).*|\} )from '([^.'][^']*)'/gm)])
        .map(([, name = '']) => name)
        .filter((name) => !name.startsWith('node:')),
    )
    expect([...imported].filter((name) => !guide.includes(`\`${name}\``))).toEqual([])
    expect(imported.size).toBeGreaterThan(6)
  })

  it('has a row for each failure and each outcome', () => {
    const rows = quoted(guide.slice(guide.indexOf('| outcome |')))
    const failures = [...read('server/src/ports/calendar-failure.ts').matchAll(/^ {2}'(\w+)', \/\//gm)].map(
      ([, name]) => name,
    )
    const union =
      /export type ConnectOutcome =([\s\S]*?)\n\n/.exec(read('server/src/services/connect-outcome.ts'))?.[1] ?? ''
    const outcomes = [...union.matchAll(/'(\w+)'/g)].map(([, name]) => name)
    expect([failures.length, outcomes.length]).toEqual([10, 14])
    // Those three are the platform's own.
    const ours = ['lost_rights', 'confirm', 'not_stored']
    expect([...failures, ...outcomes].filter((name = '') => !rows.includes(name) && !ours.includes(name))).toEqual([])
  })

  it('is of the version that the changelog begins with', () => {
    const { version } = JSON.parse(read('package.json'))
    expect(/^## (\S+)/m.exec(read('server/docs/changelog.md'))?.[1]).toBe(version)
    expect(guide).toContain(`booking-calendar-adapter-${version}.tgz`)
    expect(JSON.parse(read(`${HOST}/package.json`)).dependencies['booking-calendar-adapter']).toBe(version)
  })
})
