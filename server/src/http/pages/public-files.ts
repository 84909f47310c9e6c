import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const PUBLIC_FILES = join(import.meta.dirname, 'public')

/** Without comments, and without space that only those need who read the source: no page is shown before its sheet has come. */
export const compact = (css: string): string =>
  css
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1')
    .trim()

export const STYLE_SHEET = compact(readFileSync(join(PUBLIC_FILES, 'app.css'), 'utf8'))

/** The address of a file with the hash of its content in it, so that browsers may keep it for a year. */
const versioned = (name: string, content: string | Buffer): string =>
  `/${name}?v=${createHash('sha256').update(content).digest('hex').slice(0, 12)}`

export const STYLES = versioned('app.css', STYLE_SHEET)
export const ICON = versioned('favicon.svg', readFileSync(join(PUBLIC_FILES, 'favicon.svg')))
