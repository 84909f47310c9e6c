export interface Step {
  /** In capitals: `RUN`. */
  readonly instruction: string
  /** What follows it, in one line. */
  readonly text: string
}

export interface Stage {
  readonly name: string
  /** An image, or an earlier stage's name. */
  readonly from: string
  readonly steps: readonly Step[]
}

/** The stages of a Dockerfile, in its order; comments are left out, and lines that go on are joined. */
export function readDockerfile(text: string): readonly Stage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages: (Stage & { readonly steps: Step[] })[] = []
  for (const line of lines) {
    const [, instruction = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
    const [, from = rest, name = ''] = /^(\S+) AS (\S+)$/i.exec(rest) ?? []
    if (instruction === 'FROM') stages.push({ name, from, steps: [] })
    else stages.at(-1)?.steps.push({ instruction, text: rest })
  }
  return stages
}

/** The command of `["node", "main.js"]`, after whatever options stand before. */
export const commandOf = (text: string): readonly string[] => JSON.parse(text.slice(text.indexOf('['))) as string[]
