import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PUBLIC_FILES, STYLE_SHEET } from '../../src/http/pages/public-files.ts'

/** Serves pages under `/0`, `/1`, … with the product's style sheet and its policy for what pages may load. */
export async function servePages(pages: readonly string[]): Promise<{ origin: string; close(): Promise<void> }> {
  const read = (name: string) => readFileSync(join(PUBLIC_FILES, name))
  const files: Readonly<Record<string, { type: string; body: Buffer }>> = {
    '/app.css': { type: 'text/css', body: Buffer.from(STYLE_SHEET) },
    '/favicon.svg': { type: 'image/svg+xml', body: read('favicon.svg') },
  }
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://127.0.0.1')
    const file = files[pathname]
    const found = file ?? { type: 'text/html; charset=utf-8', body: pages[Number(pathname.slice(1))] ?? '' }
    response.writeHead(200, {
      'content-type': found.type,
      'content-security-policy': "default-src 'self'",
      // As the product has it: otherwise each page asks for them anew.
      'cache-control': file === undefined ? 'no-store' : 'public, max-age=31536000, immutable',
    })
    response.end(found.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
