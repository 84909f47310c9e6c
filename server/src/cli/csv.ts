/** One record with the line it begins on, the first being 1. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/** What is wrong, and where. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

const BOM = /^\uFEFF/
// RFC 4180: a field in quotes, which may hold commas, line breaks and doubled quotes, or one without any; then what ends it.
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y

/** Records of RFC 4180, with any line ends and with or without a byte order mark; empty lines are none. Throws a CsvError. */
export function parseCsv(text: string): CsvRecord[] {
  const source = text.replace(BOM, '')
  const records: CsvRecord[] = []
  let [line, began, at] = [1, 1, 0]
  let fields: string[] = []
  while (at < source.length || fields.length > 0) {
    FIELD.lastIndex = at
    const found = FIELD.exec(source)
    if (found === null) throw new CsvError(line, 'a quote is missing, or stands inside a field without quotes')
    const [whole, quoted, plain = '', end = ''] = found
    at += whole.length
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === ',') continue
    if (fields.length > 1 || fields[0] !== '') records.push({ line: began, fields })
    fields = []
    began = line
  }
  return records
}
