import net from 'node:net'

/** One address before several servers, as a balancer or a name that is moved. */
export interface SwitchProxy {
  readonly port: number
  /** Where new connections go from now on. Open ones stay where they are. */
  to(port: number): void
  /** The machine at this port is gone without a word: open and new connections there live on, and nothing passes. */
  vanish(port: number): void
  close(): Promise<void>
}

export async function startSwitchProxy(first: number): Promise<SwitchProxy> {
  let target = first
  const vanished = new Set<number>()
  const open = new Map<net.Socket, number>()
  const server = net.createServer((client) => {
    const port = target
    open.set(client, port)
    client.on('close', () => open.delete(client))
    client.on('error', () => client.destroy())
    if (vanished.has(port)) return void client.pause()
    const upstream = net.connect(port, '127.0.0.1')
    client.pipe(upstream)
    upstream.pipe(client)
    upstream.on('error', () => upstream.destroy())
    upstream.on('close', () => {
      if (!vanished.has(port)) client.destroy()
    })
    client.on('close', () => upstream.destroy())
    upstreams.set(client, upstream)
  })
  const upstreams = new WeakMap<net.Socket, net.Socket>()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as net.AddressInfo).port,
    to: (port) => {
      target = port
    },
    vanish: (port) => {
      vanished.add(port)
      for (const [client, where] of open) {
        if (where !== port) continue
        const upstream = upstreams.get(client)
        upstream?.unpipe(client)
        client.unpipe()
        client.pause()
        upstream?.destroy()
      }
    },
    close: async () => {
      for (const client of open.keys()) client.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
