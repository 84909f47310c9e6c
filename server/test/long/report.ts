export const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Says whether it holds; the process then ends with 1 where it does not. */
export function check(what: string, holds: boolean): void {
  say(`${holds ? 'ok' : 'FAILED'}: ${what}`)
  if (!holds) process.exitCode = 1
}
