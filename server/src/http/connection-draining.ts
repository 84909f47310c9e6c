import type { Server } from 'node:http'

/**
 * Returns a function that ends the server: it accepts no more connections, answers the requests that have begun, and
 * resolves after the last answer. Node's `close` alone goes on serving requests on keep-alive connections.
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
