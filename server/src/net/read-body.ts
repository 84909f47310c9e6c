/** The body of an answer is larger than `maxBytes`, or not JSON. */
export class UnusableBody extends Error {
  override readonly name = 'UnusableBody'
  readonly code: 'too_large' | 'not_json'

  constructor(code: 'too_large' | 'not_json') {
    super(code === 'too_large' ? 'the body is larger than anything we asked for' : 'the body is not JSON')
    this.code = code
  }
}

export const MAX_BODY_BYTES = 5 * 1024 * 1024

/** The limit counts decompressed bytes, because `fetch` decompresses before this reads: it stops a decompression bomb too. */
export async function readBytes(response: Response, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  if (response.body === null) return Buffer.alloc(0)
  const reader = response.body.getReader()
  const chunks: Uint8Array[] = []
  for (let size = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks, size)
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel().catch(() => {})
      throw new UnusableBody('too_large')
    }
    chunks.push(value)
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** RFC 8259 section 8.1: UTF-8, and a byte order mark is forgiven. Other encodings are not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    // The parser's error is not kept as the cause: its message quotes the body.
    throw new UnusableBody('not_json')
  }
}
