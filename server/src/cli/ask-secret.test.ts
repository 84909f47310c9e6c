import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { askSecret } from './ask-secret.ts'

it('a secret that is asked for is shown nowhere', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const answer = askSecret('Password: ', input, output)
  input.write('correct horse 9\n')
  expect(await answer).toBe('correct horse 9')
  expect(String(output.read())).toBe('Password: \n')
})

it('a secret that never comes is no empty one', async () => {
  const input = new PassThrough()
  const answer = askSecret('Password: ', input, new PassThrough())
  input.end()
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
})
