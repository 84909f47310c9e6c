import path from 'node:path'
import { bigReads } from './big-reads.ts'
import { coldReads } from './cold-reads.ts'
import { startRemoteEmulator } from './emulator.ts'
import { type Figure, machine, table, writeJson } from './figures.ts'
import { memory } from './memory.ts'
import { sharing } from './sharing.ts'
import { slots } from './slots.ts'
import { system } from './system/index.ts'
import { REGISTRATION } from './therapists.ts'

/**
 * `npm run bench`: how fast the adapter is, beside how fast it could be; with `--system`, the whole product. Exits 1 when a
 * target is missed.
 */
const FILE = path.join('.data', 'bench.json')

const emulator = await startRemoteEmulator(REGISTRATION)
const figures: Figure[] = []
try {
  if (process.argv.includes('--system')) figures.push(...(await system()))
  else for (const part of [coldReads, bigReads, memory, sharing, slots]) figures.push(...(await part(emulator)))
} finally {
  await emulator.stop()
}

const { cores, node, platform, cpu } = machine()
console.log(`${cores} cores (${cpu}), Node ${node}, ${platform}\n\n${table(figures)}\n`)
writeJson(FILE, figures)
console.log(`Written to ${FILE}`)
for (const { name, target } of figures.filter((figure) => figure.target?.met === false)) {
  console.error(`Missed: ${name}, wanted ${target?.text}`)
  process.exitCode = 1
}
