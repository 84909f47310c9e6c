import fs from 'node:fs'
import { parseEnv } from 'node:util'

/** `.env`, and what `npm run dev` has chosen for itself while it runs. */
const FILES = ['.env', '.data/dev/environment'] as const

/** The variables of those files that are there, the first of which counts for more. */
export const environmentFiles = (): NodeJS.Dict<string>[] =>
  FILES.filter((file) => fs.existsSync(file)).map((file) => parseEnv(fs.readFileSync(file, 'utf8')))
