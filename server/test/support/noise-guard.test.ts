import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { takeNoise } from './noise-guard.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')

interface Report {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[]
  }[]
}

/** Runs the tests in a project of their own, with the guard; gives the report. */
async function run(tests: string): Promise<Report['testResults'][number] | undefined> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'noise-guard-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const guard = path.join(import.meta.dirname, 'noise-guard.ts')
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  writeFileSync(
    path.join(folder, 'vitest.config.mjs'),
    `export default { test: { setupFiles: [${JSON.stringify(guard)}] } }`,
  )
  writeFileSync(path.join(folder, 'noisy.test.ts'), `import { afterAll, it } from 'vitest'\n${tests}`)
  const vitest = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const report = path.join(folder, 'report.json')
  const args = [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile=${report}`]
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  return (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults[0]
}

it('a stray line, an unheard rejection and a warning each fail their test with their words', async () => {
  const result = await run(`
    it('is quiet', () => {})
    it('logs', () => console.log('a %s line', 'stray'))
    it('warns', () => console.warn('careful'))
    it('complains', () => console.error(new Error('broken')))
    it('rejects', () => void Promise.reject(new Error('unheard')))
    it('makes Node warn', () => process.emitWarning('leaking'))
    it('is quiet again', () => {})
  `)
  const failed = result?.assertionResults.flatMap(({ title, failureMessages }) =>
    failureMessages.length === 0 ? [] : [[title, failureMessages.join('\n')]],
  )
  expect(failed).toEqual([
    ['logs', expect.stringContaining('console.log: a stray line')],
    ['warns', expect.stringContaining('console.warn: careful')],
    ['complains', expect.stringContaining('console.error: Error: broken')],
    ['rejects', expect.stringContaining('unhandled rejection: Error: unheard')],
    ['makes Node warn', expect.stringContaining('process warning: Warning: leaking')],
  ])
})

it('noise after the last test fails the file', async () => {
  const result = await run(`
    it('is quiet', () => {})
    afterAll(() => console.error('too late'))
  `)
  expect(result?.message).toContain('console.error: too late')
})

it('a test that expects output takes it', async () => {
  console.error('expected')
  process.emitWarning('expected, too')
  expect(await takeNoise()).toEqual([
    'console.error: expected',
    expect.stringContaining('process warning: Warning: expected, too'),
  ])
})
