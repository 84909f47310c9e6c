import { createServer, type Socket } from 'node:net'
import session from 'express-session'
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { createSessionStore } from '../../src/adapters/postgres/accounts/web-session-store.ts'
import { StoreError } from '../../src/ports/store-error.ts'

/** A database that refuses everybody, in its own words. */
async function refusing(): Promise<pg.Pool> {
  const fields = ['SERROR', 'C57014', 'MCANARY', 'DKey (sid)=(CANARY) already exists.', 'Wwhile updating CANARY']
  const body = Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`)
  const head = Buffer.from('E\0\0\0\0')
  head.writeInt32BE(body.length + 4, 1)
  const server = createServer((socket: Socket) => {
    socket.once('data', () => socket.end(Buffer.concat([head, body])))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const pool = new pg.Pool({ host: '127.0.0.1', port: address.port, user: 'u', password: 'p', database: 'd' })
  onTestFinished(async () => {
    await pool.end()
    server.close()
  })
  return pool
}

it.each(['get', 'set', 'destroy'] as const)('CL-08 %s hands over no error of the database', async (method) => {
  const store = createSessionStore(await refusing())
  const data = { cookie: new session.Cookie(), userId: 'u', signedInAt: 0, seenAt: 0 }
  const error = await new Promise<unknown>((resolve) => {
    const done = (failure?: unknown): void => resolve(failure)
    if (method === 'get' || method === 'destroy') store[method]('sid', done)
    else store[method]('sid', data, done)
  })
  expect(error).toBeInstanceOf(StoreError)
  expect(error).toMatchObject({ reason: 'unavailable', code: '57014' })
  expect(JSON.stringify({ ...(error as StoreError), message: String(error) })).not.toContain('CANARY')
})
