import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSigned } from '../../test/support/self-signed.ts'
import { DeadlineExceeded } from '../concurrency/deadline.ts'
import { type HttpRequest, http } from './http.ts'
import { UnusableBody } from './read-body.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(server: Server, scheme = 'http'): Promise<URL> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

const answering = (listener: RequestListener): Promise<URL> => listening(createServer(listener))

const send = (url: URL, change: Partial<HttpRequest> = {}) =>
  http(url, { method: 'GET', headers: {}, signal: new AbortController().signal, ...change })

const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof UnusableBody ? error.code : error),
  )

describe('an exchange', () => {
  it('says what it was told and gives the whole answer, whatever the status', async () => {
    const url = await answering((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        response.writeHead(418, { 'X-Twice': ['a', 'b'], 'Retry-After': '7' })
        response.write(`${request.method} ${request.headers['x-own']} `)
        response.end(Buffer.concat(chunks))
      })
    })
    const { status, headers, bytes } = await send(url, { method: 'POST', headers: { 'X-Own': 'mine' }, body: 'ü' })
    expect([status, headers['x-twice'], headers['retry-after']]).toEqual([418, 'a, b', '7'])
    expect(Buffer.from(bytes).toString()).toBe('POST mine ü')
  })

  it('unpacks gzip, and asks for nothing else', async () => {
    const asked: unknown[] = []
    const url = await answering((request, response) => {
      asked.push(request.headers['accept-encoding'])
      response.writeHead(200, { 'content-encoding': String(request.headers['x-answer']) }).end(gzipSync('packed'))
    })
    for (const name of ['gzip', 'GZIP', 'x-gzip'])
      expect(Buffer.from((await send(url, { headers: { 'x-answer': name } })).bytes).toString()).toBe('packed')
    expect(asked).toEqual(['gzip', 'gzip', 'gzip'])
  })

  it('asks for JSON in our name, which its caller may change; the packing is not his to choose', async () => {
    const url = await answering(({ headers }, response) =>
      response.end([headers.accept, headers['user-agent'], headers['accept-encoding']].join(' ')),
    )
    const asked = async (headers: Record<string, string>) =>
      Buffer.from((await send(url, { headers })).bytes).toString()
    expect(await asked({})).toBe('application/json booking-calendar gzip')
    expect(await asked({ accept: 'text/plain', 'accept-encoding': 'br' })).toBe('text/plain booking-calendar gzip')
  })

  it('takes a body that says it is not packed, and an empty one whatever it says', async () => {
    const url = await answering((request, response) => {
      const [encoding = '', body] = String(request.headers['x-answer']).split(' ')
      response.writeHead(200, { 'content-encoding': encoding }).end(body)
    })
    const body = async (answer: string) =>
      Buffer.from((await send(url, { headers: { 'x-answer': answer } })).bytes).toString()
    expect(await body('identity {}')).toBe('{}')
    expect(await body('Identity {}')).toBe('{}')
    expect(await body('gzip')).toBe('')
    expect(await body('br')).toBe('')
  })

  it('takes a body as long as the limit, packed and not', async () => {
    const body = Buffer.alloc(1000, 'x')
    const plain = await answering((_, response) => response.end(body))
    const packed = await answering((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body)),
    )
    for (const url of [plain, packed]) {
      expect((await send(url, { maxBytes: 1000 })).bytes).toHaveLength(1000)
      expect(await failure(send(url, { maxBytes: 999 }))).toBe('too_large')
    }
  })

  // Two: the next request may be there before the last one has quite left its connection.
  it('keeps its connections for the next ones', async () => {
    const ports = new Set<unknown>()
    const url = await answering((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('{}')
    })
    for (let n = 0; n < 20; n++) await send(url)
    expect(ports.size).toBeLessThanOrEqual(2)
  })

  it('F-39 CL-03 takes a redirect for an answer', async () => {
    let visits = 0
    const elsewhere = await answering((_, response) => response.end(String(++visits)))
    const url = await answering((_, response) => response.writeHead(307, { location: elsewhere.href }).end())
    const { status, headers } = await send(url)
    expect([status, headers.location, visits]).toEqual([307, elsewhere.href, 0])
  })
})

describe('a body nobody wants', () => {
  it('F-33 stops at the limit and lets the connection go', async () => {
    let sent = 0
    let closed: () => void = () => {}
    const gone = new Promise<void>((resolve) => {
      closed = resolve
    })
    const url = await answering((request, response) => {
      request.socket.once('close', closed)
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(10_000))) sent += 10_000
      }
      response.on('drain', more)
      more()
    })
    expect(await failure(send(url, { maxBytes: 100_000 }))).toBe('too_large')
    await gone
    // What was under way already: buffers of the two sockets.
    expect(sent).toBeLessThan(20_000_000)
  })

  it('F-33 measures a gzip bomb by its size', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    const url = await answering((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    expect(bomb.length).toBeLessThan(100_000)
    expect(await failure(send(url, { maxBytes: 100_000 }))).toBe('too_large')
  })

  it.each([
    ['half of its gzip', gzipSync('{"value":[]}').subarray(0, 15), 'gzip'],
    ['no gzip at all', Buffer.from('{"value":[]}'), 'gzip'],
    ['gzip by a name that is not its own', gzipSync('{"value":[]}'), 'deflate'],
    ['an encoding nobody asked for', Buffer.from('{"value":[]}'), 'br'],
  ])('F-32 refuses %s', async (_, body, encoding) => {
    const url = await answering((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body))
    expect(await failure(send(url))).toBe('not_json')
  })
})

describe('a line that breaks', () => {
  it('F-34 ends with the reason of the signal, in the middle of a body too', async () => {
    const reason = new DeadlineExceeded('over')
    const caller = new AbortController()
    const url = await answering((_, response) => {
      response.writeHead(200)
      response.write('half')
      setImmediate(() => caller.abort(reason))
    })
    expect(await failure(send(url, { signal: caller.signal }))).toBe(reason)
    expect(await failure(send(url, { signal: caller.signal }))).toBe(reason)
  })

  it('F-35 rejects with what the line did, and never asks twice', async () => {
    let requests = 0
    const url = await answering((request, response) => {
      requests += 1
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => request.socket.destroy())
    })
    expect(await failure(send(url))).toMatchObject({ code: 'UND_ERR_SOCKET' })
    expect(requests).toBe(1)
  })

  it('F-35 a certificate that nobody vouches for: nothing is said', async () => {
    let requests = 0
    const url = await listening(
      createTlsServer(selfSigned('127.0.0.1'), (_, response) => response.end(String(++requests))),
      'https',
    )
    expect(await failure(send(url))).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(requests).toBe(0)
  })
})
