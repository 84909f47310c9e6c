import { parseArgs } from 'node:util'
import { type Answer, type Command, type OptionOfCommand, Refused, type Streamed, type Values } from './command.ts'
import { COMMANDS } from './commands.ts'
import { notDone } from './not-done.ts'
import { TERMINAL } from './tenant-options.ts'

/** Done; refused, or not done; called with something that no command knows. */
const [DONE, NOT_DONE, MISUSED] = [0, 1, 2]

const ALWAYS: Readonly<Record<string, OptionOfCommand>> = {
  json: { type: 'boolean', says: 'One JSON document on standard output; refusals as one on standard error' },
  help: { type: 'boolean', says: 'Tells how it is called' },
}

/** The command that these arguments begin with. */
const commandOf = ([group, action]: readonly string[]): Command | undefined =>
  COMMANDS.find(({ name }) => name === `${group} ${action}`)

/** Whether they begin with a word that only commands of two words begin with. */
export const isOfCommands = ([group]: readonly string[]): boolean => isGroup(group)

const isGroup = (word: string | undefined): boolean => COMMANDS.some(({ name }) => name.split(' ')[0] === word)

const called = ({ name, takes = [], options = {} }: Command): string =>
  [
    name,
    ...takes.map((word) => `<${word}>`),
    ...Object.entries(options).map(([option, { value }]) => `[--${option}${value === undefined ? '' : ` ${value}`}]`),
  ].join(' ')

/** How the commands of a group are called, or all of them. */
export const usage = (group?: string): string[] =>
  COMMANDS.filter(({ name }) => group === undefined || name.split(' ')[0] === group).flatMap((command) => [
    `  npm run admin -- ${called(command)}`,
    `      ${command.says}`,
  ])

const usageOf = (command: Command): string[] => [
  `Usage: npm run admin -- ${called(command)}`,
  command.says,
  ...Object.entries({ ...command.options, ...ALWAYS }).map(([name, { says }]) => `  --${name}: ${says}`),
]

const isBadOption = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')

interface Called {
  readonly values: Values
  readonly json: boolean
  readonly help: boolean
}

function parse(command: Command, args: readonly string[]): Called {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, ...ALWAYS }).map(([name, { type }]) => [name, { type }]),
  )
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const takes = command.takes ?? []
  const { json, help, ...given } = values
  if (help !== true && positionals.length !== takes.length)
    throw new MisusedCommand(takes.length === 0 ? `unknown word: ${positionals[0]}` : `it takes <${takes.join('> <')}>`)
  const named = Object.fromEntries(takes.map((name, place) => [name, positionals[place]]))
  return { values: { ...(given as Values), ...named }, json: json === true, help: help === true }
}

class MisusedCommand extends Error {}

/** Opens what commands work with; asked once a command is known to be called rightly. */
type Open = () => Promise<Parameters<Command['run']>[1] & { close(): Promise<void> }>

/** Resolves to the exit code. */
export async function runCommand(args: readonly string[], open: Open, { print, warn } = TERMINAL): Promise<number> {
  const [group, , ...rest] = args
  const command = commandOf(args)
  const wantsJson = args.includes('--json')
  const refuse = (reason: string, code: number): number => {
    warn(wantsJson ? JSON.stringify({ error: reason }) : `${command?.name ?? 'admin'}: ${reason}`)
    return code
  }
  if (command === undefined) {
    const lines = ['Usage:', ...usage(isGroup(group) ? group : undefined)]
    if (args.includes('--help')) {
      for (const line of lines) print(line)
      return DONE
    }
    return refuse(`no such command.\n${lines.join('\n')}`, MISUSED)
  }
  let administration: Awaited<ReturnType<Open>> | undefined
  try {
    const { values, json, help } = parse(command, rest)
    if (help) {
      for (const line of usageOf(command)) print(line)
      return DONE
    }
    administration = await open()
    const answer = await command.run(values, administration)
    await say(answer, json, print)
    return 'incomplete' in answer && answer.incomplete === true ? NOT_DONE : DONE
  } catch (error) {
    if (error instanceof MisusedCommand || isBadOption(error)) return refuse(error.message, MISUSED)
    return refuse(error instanceof Refused ? error.message : notDone(error), NOT_DONE)
  } finally {
    await administration?.close()
  }
}

async function say(answer: Answer | Streamed, json: boolean, print: (line: string) => void): Promise<void> {
  if ('document' in answer) for await (const line of answer.document) print(line)
  else if (json) print(JSON.stringify(answer.data))
  else for (const line of answer.lines) print(line)
}
