import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseJson, readBytes, UnusableBody } from './read-body.ts'

const readJson = async (response: Response, maxBytes?: number): Promise<unknown> =>
  parseJson(await readBytes(response, maxBytes))

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'read',
    (error: unknown) => (error instanceof UnusableBody ? error.code : error),
  )

describe('a body of JSON', () => {
  it('reads JSON, with and without a byte order mark', async () => {
    expect(await readJson(new Response('{"a":"ü"}'))).toEqual({ a: 'ü' })
    expect(await readJson(new Response('\uFEFF{"a":1}'))).toEqual({ a: 1 })
  })

  it.each([
    ['HTML', '<html>'],
    ['half of it', '{"value":['],
    ['nothing', ''],
    ['another encoding', Buffer.from('{"a":1}', 'utf16le')],
    ['broken UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('F-32 refuses %s', async (_, body) => {
    expect(await code(readJson(new Response(body)))).toBe('not_json')
  })

  it('F-32 keeps the body out of the error', async () => {
    const error = await readJson(new Response('secret-subject')).catch((caught: unknown) => caught)
    expect(String(error)).not.toContain('secret-subject')
  })

  it('says in words what is wrong with it', () => {
    expect(['too_large', 'not_json'].map((code) => String(new UnusableBody(code as 'too_large')))).toEqual([
      'UnusableBody: the body is larger than anything we asked for',
      'UnusableBody: the body is not JSON',
    ])
  })

  it('may be missing, come in pieces and be as long as the limit', async () => {
    expect(await readBytes(new Response(null))).toHaveLength(0)
    const start = (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => {
      for (const piece of ['[1', ',2', ']']) controller.enqueue(Buffer.from(piece))
      controller.close()
    }
    const body = () => new Response(new ReadableStream({ start }))
    expect(await readJson(body(), 5)).toEqual([1, 2])
    expect(await code(readJson(body(), 4))).toBe('too_large')
  })

  it('F-33 stops reading at the cap and lets the connection go', async () => {
    let sent = 0
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1024
        controller.enqueue(new Uint8Array(1024))
      },
      cancel: () => {
        cancelled = true
      },
    })
    expect(await code(readJson(new Response(endless), 10_000))).toBe('too_large')
    expect([sent < 20_000, cancelled]).toEqual([true, true])
  })

  it('F-33 measures a gzip bomb by its size', async () => {
    const bomb = gzipSync(Buffer.alloc(2_000_000, 0x20))
    const server = createServer((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(bomb.length).toBeLessThan(10_000)
    expect(await code(readJson(await fetch(`http://127.0.0.1:${port}`), 100_000))).toBe('too_large')
    server.closeAllConnections()
    server.close()
  })
})
