import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/**
 * `npm run build:adapter`: the package for applications that take the adapters along (server/docs/adopting.md), in
 * dist-adapter/. It has the compiled sources that its two entries reach, their types, and a package.json whose dependencies are
 * the versions that are tested here. Types of dependencies stand in no type of ours: that would end the build.
 */
const OUT = 'dist-adapter'
const ENTRIES = { '.': 'src/adapter-package/index', './testing': 'test/adapter-package/testing' }
/** A host brings its own; only `./testing` imports it. */
const PEERS: Readonly<Record<string, string>> = { vitest: '>=3.0.0' }

/** Of modules as the compiler writes them, and of `import('…')` in types. */
const IMPORT = /(?:^(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*|\bimport\()(['"])([^'"\n]+)\1/gm
const importsOf = (text: string): string[] => [...text.matchAll(IMPORT)].map(([, , specifier = '']) => specifier)

function finish(): void {
  const code = reachable(Object.values(ENTRIES).map((entry) => `${entry}.js`))
  const types = reachable(Object.values(ENTRIES).map((entry) => `${entry}.d.ts`))
  const leaking = [...types.packages].filter((name) => !name.startsWith('node:'))
  if (leaking.length > 0) throw new Error(`Types of ${leaking.join(', ')} stand in types of the package`)
  for (const file of filesBelow(OUT))
    if (!code.files.has(file) && !types.files.has(file)) fs.rmSync(path.join(OUT, file))
  const own = JSON.parse(fs.readFileSync('package.json', 'utf8'))
  fs.writeFileSync(path.join(OUT, 'package.json'), `${JSON.stringify(manifest(own, code.packages), null, 2)}\n`)
  fs.copyFileSync('LICENSE', path.join(OUT, 'LICENSE'))
  fs.copyFileSync('server/docs/changelog.md', path.join(OUT, 'CHANGELOG.md'))
  // Its links lead to files that are not in the package.
  const guide = fs.readFileSync('server/docs/adopting.md', 'utf8').replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, '$1')
  fs.writeFileSync(path.join(OUT, 'README.md'), guide)
}

/** The files that the entries lead to, and the packages that those import. */
function reachable(entries: readonly string[]): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const left = [...entries]
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (files.has(file)) continue
    files.add(file)
    const text = fs.readFileSync(path.join(OUT, file), 'utf8')
    const isTypes = file.endsWith('.d.ts')
    // The compiler leaves `.ts` in types, which only newer compilers of hosts read.
    const written = isTypes ? text.replace(IMPORT, (whole) => whole.replace(/\.ts(?=['"]$)/, '.js')) : text
    if (written !== text) fs.writeFileSync(path.join(OUT, file), written)
    for (const specifier of importsOf(written)) {
      if (!specifier.startsWith('.')) packages.add(specifier)
      else {
        const target = path.posix.join(path.posix.dirname(file), specifier)
        left.push(isTypes ? target.replace(/\.js$/, '.d.ts') : target)
      }
    }
  }
  return { files, packages }
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly engines: object
  readonly dependencies: Readonly<Record<string, string>>
}

function manifest(own: Manifest, imported: ReadonlySet<string>): object {
  const names = [...imported].filter((name) => !name.startsWith('node:') && !(name in PEERS)).map(packageOf)
  const dependencies = [...new Set(names)].sort().map((name) => {
    const version = own.dependencies[name]
    if (version === undefined) throw new Error(`${name} is no dependency of the product`)
    return [name, version]
  })
  const [main, testing] = [`./${ENTRIES['.']}`, `./${ENTRIES['./testing']}`]
  return {
    name: `${own.name}-adapter`,
    version: own.version,
    description: 'Outlook and Google Calendar behind one port, for applications that have a database of their own',
    license: own.license,
    type: 'module',
    engines: own.engines,
    sideEffects: false,
    exports: {
      '.': { types: `${main}.d.ts`, default: `${main}.js` },
      './testing': { types: `${testing}.d.ts`, default: `${testing}.js` },
      './package.json': './package.json',
    },
    // For compilers that know no `exports`: moduleResolution node10.
    main: `${main}.js`,
    types: `${main}.d.ts`,
    typesVersions: { '*': { testing: [`${testing}.d.ts`] } },
    dependencies: Object.fromEntries(dependencies),
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
  }
}

/** `@scope/name/file` → `@scope/name`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const filesBelow = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))

fs.rmSync(OUT, { recursive: true, force: true })
const compiled = spawnSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'server/tsconfig.adapter.json'],
  {
    stdio: 'inherit',
  },
)
if (compiled.status === 0) finish()
process.exitCode = compiled.status ?? 1
