import net from 'node:net'

/** Where the connection breaks: before the database sees COMMIT, or after it committed and before we hear of it. */
export type Cut = 'before' | 'after'

export interface CommitProxy {
  readonly url: string
  /** Breaks the next connection that commits. */
  cutNextCommit(cut: Cut): void
  /** Refuses new connections and breaks the open ones, or lets them in again. */
  setDown(down: boolean): void
  close(): Promise<void>
}

/** A TCP proxy before PostgreSQL that can lose a connection during COMMIT (F-65). */
export async function startCommitProxy(url: string): Promise<CommitProxy> {
  const target = new URL(url)
  const open = new Set<net.Socket>()
  let armed: Cut | undefined
  let down = false
  const server = net.createServer((client) => {
    if (down) return client.destroy()
    const upstream = net.connect(Number(target.port), target.hostname)
    let cutting: Cut | undefined
    const destroy = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', destroy)
      socket.on('close', () => {
        open.delete(socket)
        destroy()
      })
    }
    client.on('data', (chunk) => {
      if (armed !== undefined && chunk.includes('COMMIT')) {
        cutting = armed
        armed = undefined
        if (cutting === 'before') return destroy()
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (cutting !== 'after') client.write(chunk)
      else if (chunk.includes('COMMIT')) destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  const proxied = new URL(url)
  proxied.port = String(address.port)
  return {
    url: proxied.toString(),
    cutNextCommit: (cut) => {
      armed = cut
    },
    setDown: (isDown) => {
      down = isDown
      if (isDown) for (const socket of open) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
