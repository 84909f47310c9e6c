/** A defence of the product, and the test that must turn red when it is taken away. */
export interface Defence {
  /** A row of the requirements, or words of the test's title: only tests named so are run. */
  readonly row: string
  /** What is missing then. */
  readonly without: string
  /** Below `server/src`. */
  readonly file: string
  /** Stands there exactly once. */
  readonly find: string
  readonly put: string
  /** Below `server`. */
  readonly test: string
  /** Below `server`: where the title stands, if not in `test` itself, as with promises of a contract. */
  readonly titles?: string
}

const MICROSOFT = 'adapters/microsoft-calendar'

type Row = readonly [row: string, without: string, find: string, put: string]

/** Defences of one file that one test file proves. */
export const inFile = (file: string, test: string, rows: readonly Row[], titles = test): Defence[] =>
  rows.map(([row, without, find, put]) => ({ row, without, file, find, put, test, titles }))

export const inAdapter = (file: string, test: string, rows: readonly Row[]): Defence[] =>
  inFile(`${MICROSOFT}/${file}`, `test/microsoft/${test}`, rows)

/** Of the room that the adapters share; `test` is below `server/test`. */
export const inOAuth = (file: string, test: string, rows: readonly Row[], titles?: string): Defence[] =>
  inFile(`adapters/oauth/${file}`, `test/${test}`, rows, titles)
