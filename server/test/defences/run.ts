import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Defence } from './defence.ts'
import { DEFENCES } from './list.ts'

/**
 * `npx tsx server/test/defences/run.ts [word …]`, words of rows, of what they take away, or of files of source: takes each defence away, in a copy of
 * the project, and sees that its test turns red, and that it is green otherwise. Exits 1 when one stays green: then the defence is
 * not tested, or not needed; or when one is red all the same: then it proves nothing, because it needs a test before it.
 */
const ROOT = path.resolve(import.meta.dirname, '../../..')
const COPIED = [
  'server',
  'prisma',
  'render.yaml',
  '.env.example',
  '.nvmrc',
  '.github',
  '.vscode',
  'package.json',
  'package-lock.json',
  'prisma.config.ts',
  'tsconfig.json',
  'vitest.config.ts',
]
const COPIES = 2

interface Report {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

function copyOfTheProject(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'booking-defences-'))
  for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  return folder
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

async function test(folder: string, { test, row }: Defence): Promise<Report> {
  const report = path.join(folder, 'report.json')
  rmSync(report, { force: true })
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs')
  const only = ['run', `server/${test}`, '-t', `${escaped(row)}\\b`]
  // One red test is enough: each of the others may wait a minute for what cannot come about.
  const told = ['--bail=1', '--reporter=json', `--outputFile=${report}`]
  const child = spawn(process.execPath, [vitest, ...only, ...told], { cwd: folder, stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  return JSON.parse(readFileSync(report, 'utf8')) as Report
}

interface Outcome {
  readonly red: boolean
  readonly words: string
}

async function run(folder: string, defence: Defence): Promise<Outcome> {
  const { testResults } = await test(folder, defence)
  const ran = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'passed' || status === 'failed'),
  )
  const failed = ran.filter(({ status }) => status === 'failed')
  // A file that cannot even be read proves nothing.
  const broken = ran.length === 0 ? testResults.map(({ message }) => message).join(' ') : ''
  const words = ran.length === 0 ? `no test ran ${broken}` : `${failed.length} of ${ran.length} red`
  return { red: failed.length > 0, words }
}

async function without(folder: string, defence: Defence): Promise<Outcome> {
  const file = path.join(folder, 'server/src', defence.file)
  const whole = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    whole.replace(defence.find, () => defence.put),
  )
  try {
    return await run(folder, defence)
  } finally {
    writeFileSync(file, whole)
  }
}

/** By what is run: whether it is red with everything in its place. */
const redAnyway = new Map<string, boolean>()

async function judge(folder: string, defence: Defence): Promise<Outcome> {
  const taken = await without(folder, defence)
  if (!taken.red) return taken
  const key = `${defence.test} ${defence.row}`
  const anyway = redAnyway.get(key) ?? (await run(folder, defence)).red
  redAnyway.set(key, anyway)
  return anyway ? { red: false, words: 'red all the same' } : taken
}

const wanted = process.argv.slice(2)
const queue = DEFENCES.filter(
  ({ file, row, without }) => wanted.length === 0 || wanted.some((word) => `${file} ${row} ${without}`.includes(word)),
)
const waiting = [...queue]
let green = 0

async function work(): Promise<void> {
  const folder = copyOfTheProject()
  try {
    for (let defence = waiting.shift(); defence !== undefined; defence = waiting.shift()) {
      const { red, words } = await judge(folder, defence)
      if (!red) green += 1
      const { row, file, test } = defence
      console.log(
        `${red ? 'red  ' : 'GREEN'} | ${row} | ${file}: without ${defence.without} | ${path.basename(test)}, ${words}`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await Promise.all(Array.from({ length: COPIES }, work))
console.log(`${queue.length - green} of ${queue.length} defences turn their test red when they are taken away`)
process.exitCode = green === 0 && queue.length > 0 ? 0 : 1
