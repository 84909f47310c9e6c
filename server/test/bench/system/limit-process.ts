import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express from 'express'
import pg from 'pg'
import { ONE_STATEMENT } from './statement.ts'

/**
 * The limits the product is measured against, in a process of its own: a bare Express with one statement a request, which
 * answers with the bytes the product answered with. Started by `server-process.ts`, with which it talks by IPC.
 */
export interface Answer {
  readonly slug: string
  readonly start: string
  readonly end: string
  /** As the product answers, those of each connection and each answer aside. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

async function start({ slug, start, end, headers, body }: Answer): Promise<string> {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 })
  const app = express()
  app.disable('x-powered-by')
  app.get('/select', async (_req, res) => {
    await pool.query({ name: 'limit_select', text: 'SELECT 1' })
    res.set(headers).send(body)
  })
  app.get('/statement', async (_req, res) => {
    const values = [slug, start, end, start, end, randomUUID(), Date.now()]
    const { rows } = await pool.query({ ...ONE_STATEMENT, values })
    if (rows[0]?.tenant === null) throw new Error('there is no such tenant')
    res.set(headers).send(body)
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

process.on('message', async (answer: Answer) => process.send?.(await start(answer)))
// The bench is gone, however it went.
process.on('disconnect', () => process.exit())
