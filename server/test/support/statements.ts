import type pg from 'pg'

/** The text of every statement that a pool's connections send from now on, in order: those that are opened after this. */
export function statementsOf(pool: pg.Pool): string[] {
  const sent: string[] = []
  pool.on('connect', (client) => {
    const query: (...args: unknown[]) => unknown = client.query.bind(client)
    Reflect.set(client, 'query', (...args: unknown[]) => {
      sent.push(textOf(args[0]))
      return query(...args)
    })
  })
  return sent
}

const textOf = (statement: unknown): string => {
  const text: unknown = typeof statement === 'object' && statement !== null ? Reflect.get(statement, 'text') : statement
  return typeof text === 'string' ? text.replace(/\s+/g, ' ').trim() : '(no text)'
}
