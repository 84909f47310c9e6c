import type { Server } from 'node:http'

export interface Draining {
  /**
   * From now on each answer ends its connection. A proxy that keeps connections then has none left on which it could send a
   * request at the moment at which `end` closes it.
   */
  announce(): void
  /**
   * The server accepts no more connections and answers the requests that have begun; resolves after the last answer. Node's
   * `close` alone goes on serving requests on keep-alive connections.
   */
  end(): Promise<void>
}

export function drainable(server: Server): Draining {
  let announced = false
  let ending = false
  server.prependListener('request', (_req, res) => {
    if (announced) res.setHeader('Connection', 'close')
    res.once('close', () => {
      if (ending) setImmediate(() => server.closeIdleConnections())
    })
  })
  const announce = (): void => {
    announced = true
  }
  return {
    announce,
    end: () =>
      new Promise((resolve) => {
        announce()
        ending = true
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
