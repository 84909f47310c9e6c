import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const BUILD = path.resolve(import.meta.dirname, '../../dev/build.ts')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'booking-build-'))
  mkdirSync(path.join(folder, 'dist'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const build = () =>
  spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), BUILD], { cwd: folder, encoding: 'utf8' })

/** A program of a package, which prints its name and what it is given. */
function install(file: string): void {
  mkdirSync(path.join(folder, 'node_modules', path.dirname(file)), { recursive: true })
  const text = `console.log('${path.basename(file)}', process.argv.slice(2).join(' '))`
  writeFileSync(path.join(folder, 'node_modules', file), text)
}

it('npm run build leaves what was built before where its compiler was pruned, and says what is missing', () => {
  const { status, stderr } = build()
  expect([status, stderr]).toEqual([1, 'build: the compiler is not installed: npm ci --include=dev\n'])
  expect(existsSync(path.join(folder, 'dist'))).toBe(true)
})

it('npm run build makes the database’s client first where installing ran no scripts', () => {
  install('typescript/bin/tsc')
  install('prisma/build/index.js')
  mkdirSync(path.join(folder, 'server/src/http/pages/public'), { recursive: true })
  const { status, stdout } = build()
  expect([status, stdout]).toEqual([0, 'index.js generate\ntsc -p server/tsconfig.build.json\n'])
})
