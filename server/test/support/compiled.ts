import fs from 'node:fs'
import path from 'node:path'
import { inject } from 'vitest'
import { compile } from '../../dev/compile.ts'

/**
 * The compiled file of one of `server/src`, for a process of its own: it starts in less than half the time that tsx takes, and is
 * what production runs. Compiled when a run first needs it; types are checked elsewhere.
 */
export function compiled(file: string): string {
  const folder = inject('compiledFolder')
  if (!fs.existsSync(folder)) {
    const draft = `${folder}-${process.pid}`
    if (!compile(draft, '--outDir', draft, '--noCheck', '--sourceMap', 'false')) throw new Error('it does not compile')
    try {
      fs.renameSync(draft, folder)
    } catch (error) {
      // Another worker was quicker.
      fs.rmSync(draft, { recursive: true })
      if (!fs.existsSync(folder)) throw error
    }
  }
  return path.join(folder, path.relative('server/src', file).replace(/\.tsx?$/, '.js'))
}
