import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import { MemoryStore } from 'express-session'
import request from 'supertest'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { createCsrf } from '../../src/http/csrf.ts'
import { errorHandler } from '../../src/http/error-handler.ts'
import { HttpError } from '../../src/http/http-error.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { signIn, startWebApp } from '../support/web-app.ts'

// Express leaves its last resort out where NODE_ENV is test.
let said: unknown[][] = []
beforeEach(() => {
  said = []
  vi.stubEnv('NODE_ENV', 'production')
  vi.spyOn(console, 'error').mockImplementation((...words) => void said.push(words))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const raw = () => Object.assign(new Error('CANARY'), { code: '57014', detail: 'Key (sid)=(CANARY)' })

/** A route that fails, behind the error handler alone. */
async function failing(route: RequestHandler, csrf = createCsrf({ appUrl: 'http://127.0.0.1', sessionSecret: 's' })) {
  const log = new LogRecorder()
  const app = express()
  app.get('/', route)
  app.use(errorHandler({ log, appUrl: 'http://127.0.0.1', csrf }))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { log, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it('CL-08 CL-09 an error after half an answer breaks the answer off and is one line', async () => {
  const { log, origin } = await failing((_req, res, next) => {
    res.write('half')
    next(raw())
  })
  await expect(fetch(origin).then((answer) => answer.text())).rejects.toThrow()
  expect(log.entries).toMatchObject([{ event: 'request_failed', fields: { error: 'Error', code: '57014' } }])
  expect(said).toEqual([])
})

it('CL-08 CL-09 an error page that cannot be written is no answer, and one line', async () => {
  const csrf = createCsrf({ appUrl: 'http://127.0.0.1', sessionSecret: 's' })
  const broken = {
    ...csrf,
    browserToken: () => {
      throw raw()
    },
  }
  const { log, origin } = await failing((_req, _res, next) => next(new HttpError('signed_out')), broken)
  await expect(fetch(origin)).rejects.toThrow()
  expect(log.entries).toMatchObject([{ event: 'request_failed', fields: { code: '57014' } }])
  expect(said).toEqual([])
})

it('CL-08 CL-09 a session that cannot be kept leaves the page whole, and is one line', async () => {
  class Forgetful extends MemoryStore {
    override touch(_sid: string, _data: unknown, callback?: (error?: unknown) => void): void {
      callback?.(raw())
    }
  }
  const web = await startWebApp(() => {}, { sessionStore: new Forgetful() })
  const browser = web.browser()
  await signIn(browser)
  const page = await browser.get('/appointments').expect(200)
  expect(page.text).toMatch(/<\/html>\s*$/)
  await request(web.origin).get('/healthz').expect(200)
  expect(web.fakes.log.entries.filter(({ event }) => event === 'request_failed')).toMatchObject([
    { fields: { error: 'Error', code: '57014' } },
  ])
  expect(said).toEqual([])
})
