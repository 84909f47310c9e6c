import { readFileSync } from 'node:fs'
import { z } from 'zod'

/**
 * Reads findings, one JSON object a line, from standard input; exits 1 when one is an error, or a warning whose code has no
 * reason in server/docs/conformance.md.
 */
const Finding = z.object({ level: z.enum(['error', 'warn']), code: z.string(), msg: z.string() })

const reasons = new Set(
  [...readFileSync('server/docs/conformance.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code),
)
const findings = readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => Finding.parse(JSON.parse(line)))

const unexplained = findings.filter(({ level, code }) => level === 'error' || !reasons.has(code))
for (const { level, code, msg } of unexplained) process.stdout.write(`${level} ${code}: ${msg}\n`)
process.stdout.write(`${findings.length} warnings, ${unexplained.length} of them without a reason\n`)
process.exitCode = unexplained.length === 0 ? 0 : 1
