import type { Server } from 'node:http'

/**
 * Gives the way to end a server: it accepts nobody any more, answers what has begun, and resolves when the last answer is
 * out. Node's `close` alone lets a kept-alive connection ask again for as long as it likes.
 */
export function drainable(server: Server): () => Promise<void> {
  let draining = false
  server.prependListener('request', (_req, res) => {
    if (draining) res.setHeader('Connection', 'close')
    res.once('close', () => {
      if (draining) setImmediate(() => server.closeIdleConnections())
    })
  })
  return () =>
    new Promise((resolve) => {
      draining = true
      server.close(() => resolve())
      server.closeIdleConnections()
    })
}
