import type pg from 'pg'

/** What must not be found, by what it is. */
export type Canaries = ReadonlyMap<string, string>

/** Something that left the program, and where. */
export interface Sink {
  readonly where: string
  readonly text: string
}

/** Where a datum is meant to be seen; everywhere else it is a leak. */
export type Allowed = Readonly<Record<string, RegExp>>

/** base64 of a text inside a longer one: it depends on where the text begins, its ends on what surrounds it. */
function base64Within(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return encoded.slice(offset === 0 ? 0 : offset + 1, Math.floor((offset + bytes.length) / 3) * 4)
  })
}

const urlForm = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_')

/** Raw, base64, base64url, hex, URL-encoded, JSON-escaped and HTML-escaped. */
export function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const within = base64Within(bytes)
  const html = secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return [
    ...new Set([
      secret,
      ...within,
      ...within.map(urlForm),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      encodeURIComponent(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
      JSON.stringify(secret).slice(1, -1),
      html,
    ]),
  ]
}

/** Each place where a canary was found and is not meant to be, as `canary in place`. */
export function leaks(canaries: Canaries, sinks: readonly Sink[], allowed: Allowed): readonly string[] {
  const found = new Set<string>()
  for (const [name, secret] of canaries) {
    const kind = name.replace(/ \d+$/, '')
    const texts = spellings(secret)
    for (const { where, text } of sinks) {
      if (allowed[kind]?.test(where)) continue
      if (texts.some((spelling) => text.includes(spelling))) found.add(`${name} in ${where}`)
    }
  }
  return [...found]
}

/** A COPY of every table, the job queue's included; one sink a row. */
export async function dump(pool: pg.Pool): Promise<readonly Sink[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  const sinks: Sink[] = []
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text || row_to_json(t)::text AS row FROM ${name} t`)
    sinks.push(...rows.map(({ row }) => ({ where: `table ${name}`, text: row })))
  }
  return sinks
}

/** `fetch`, with everything that came back kept: status, headers, body. Cookies are a place of their own. */
export function recordingFetch(sinks: Sink[]): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init)
    const { pathname } = new URL(String(input))
    const place = `${init?.method ?? 'GET'} ${pathname.replace(/^\/manage\/[^/]+/, '/manage/:token')}`
    const headers = [...answer.headers].filter(([name]) => name !== 'set-cookie')
    const body = await answer.clone().text()
    sinks.push({ where: place, text: `${headers.map((pair) => pair.join(': ')).join('\n')}\n\n${body}` })
    sinks.push({ where: 'set-cookie', text: answer.headers.getSetCookie().join('\n') })
    return answer
  }
}
