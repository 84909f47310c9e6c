import net from 'node:net'

const canListen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = net.createServer()
    probe.once('error', () => resolve(undefined))
    probe.listen(port, '127.0.0.1', () => {
      const { port: got } = probe.address() as net.AddressInfo
      probe.close(() => resolve(got))
    })
  })

/** The first of `wanted` that is free on 127.0.0.1, or any free port. */
export async function freePort(...wanted: readonly number[]): Promise<number> {
  for (const port of wanted) if ((await canListen(port)) !== undefined) return port
  const any = await canListen(0)
  if (any === undefined) throw new Error('no free port on 127.0.0.1')
  return any
}
