import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Answer, Delivery } from './wire.ts'

const GZIP_FROM = 1024
const SPACES = Buffer.alloc(64 * 1024, ' ')

/** Writes the answer; resolves when it is out, or when the client has gone. */
export async function deliver(res: ServerResponse, answer: Answer, acceptEncoding: string): Promise<void> {
  const headers: Record<string, string | number> = { ...answer.headers }
  let bytes: Buffer | undefined
  if (answer.raw !== undefined) bytes = Buffer.from(answer.raw)
  else if (answer.body !== undefined) {
    bytes = Buffer.from(JSON.stringify(answer.body))
    headers['content-type'] ??= 'application/json'
  }
  if (bytes && bytes.length > GZIP_FROM && !headers['content-encoding'] && /\bgzip\b/.test(acceptEncoding)) {
    bytes = gzipSync(bytes, { level: 1 })
    headers['content-encoding'] = 'gzip'
    headers.vary = 'Accept-Encoding'
  }
  if (answer.delivery) return badly(res, answer.status, headers, bytes ?? Buffer.alloc(0), answer.delivery)
  if (answer.status !== 204) headers['content-length'] = bytes?.length ?? 0
  res.writeHead(answer.status, headers)
  res.end(bytes)
}

async function badly(
  res: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  bytes: Buffer,
  delivery: Delivery,
): Promise<void> {
  switch (delivery.how) {
    case 'hang':
      await gone(res)
      return
    case 'reset':
      // A TCP reset, not an orderly end: the client cannot take it for a complete answer.
      res.socket?.resetAndDestroy()
      return
    case 'reset-mid-body':
      res.writeHead(status, { ...headers, 'content-length': bytes.length })
      res.write(bytes.subarray(0, bytes.length >> 1), () => setImmediate(() => res.socket?.resetAndDestroy()))
      await gone(res)
      return
    case 'truncated':
      res.writeHead(status, { ...headers, 'content-length': bytes.length >> 1 })
      res.end(bytes.subarray(0, bytes.length >> 1))
      return
    case 'drip':
      res.writeHead(status, { ...headers, 'content-length': bytes.length })
      return drip(res, bytes, delivery.bytesPerSecond)
    case 'flood':
      delete headers['content-encoding']
      res.writeHead(status, { ...headers, 'content-type': 'application/json' })
      return flood(res, delivery.bytes)
  }
}

const gone = (res: ServerResponse): Promise<void> =>
  res.closed ? Promise.resolve() : new Promise((resolve) => res.once('close', resolve))

async function drip(res: ServerResponse, bytes: Buffer, perSecond: number): Promise<void> {
  let sent = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      res.write(bytes.subarray(sent, sent + 1))
      sent++
      if (sent >= bytes.length) finish()
    }, 1000 / perSecond)
    const finish = () => {
      clearInterval(timer)
      res.end()
      resolve()
    }
    res.once('close', finish)
  })
}

async function flood(res: ServerResponse, bytes: number): Promise<void> {
  res.write('{"value":[')
  for (let sent = 0; sent < bytes && !res.closed; sent += SPACES.length) {
    if (!res.write(SPACES)) await new Promise<void>((resolve) => once(res, resolve))
  }
  res.end(']}')
}

function once(res: ServerResponse, resolve: () => void): void {
  const settle = () => {
    res.off('drain', settle)
    res.off('close', settle)
    resolve()
  }
  res.on('drain', settle)
  res.on('close', settle)
}
