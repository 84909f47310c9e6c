import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Asks for one line that is shown nowhere. Rejects when the input ends, or with Ctrl-C. */
export async function askSecret(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  // With `terminal`, readline itself writes what is typed to its output, and the terminal does not.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const prompt = createInterface({ input, output: nowhere, terminal: true })
  const ended = new AbortController()
  prompt.once('close', () => ended.abort())
  output.write(question)
  try {
    return await prompt.question('', { signal: ended.signal })
  } finally {
    output.write('\n')
    prompt.close()
  }
}
