import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const Value = z.object({ stringValue: z.string().optional(), intValue: z.union([z.string(), z.number()]).optional() })
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .transform((pairs) =>
    Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)])),
  )
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: Attributes,
  status: z.object({ code: z.number().optional() }),
})
export type ReceivedSpan = z.output<typeof Span>

/** ExportTraceServiceRequest in OTLP's JSON (opentelemetry-proto, trace/v1/trace.proto). */
const Request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
})

/** What takes spans at `/v1/traces`, on a socket of its own, and keeps them. */
export async function startOtlpReceiver() {
  const bodies: string[] = []
  const headers: (string | undefined)[] = []
  let status = 200
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const right = req.method === 'POST' && req.url === '/v1/traces'
      const isJson = req.headers['content-type'] === 'application/json'
      if (!right || !isJson) {
        res.writeHead(404).end()
        return
      }
      headers.push(req.headers.authorization)
      if (status === 200) bodies.push(Buffer.concat(chunks).toString('utf8'))
      res.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const requests = () => bodies.map((body) => Request.parse(JSON.parse(body)))
  return {
    origin: `http://127.0.0.1:${port}`,
    /** As they came. */
    bodies,
    /** `Authorization` of each request. */
    headers,
    refuse: (with_: number): void => {
      status = with_
    },
    resources: () =>
      requests().flatMap(({ resourceSpans }) => resourceSpans.map(({ resource }) => resource.attributes)),
    spans: (): ReceivedSpan[] =>
      requests().flatMap(({ resourceSpans }) => resourceSpans.flatMap((one) => one.scopeSpans.flatMap((s) => s.spans))),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
