import { AsyncLocalStorage } from 'node:async_hooks'

/** What tells one piece of work from others: the id of its request or of its job. */
export type WorkFields = Readonly<Record<string, string | number | boolean | null | undefined>>

const work = new AsyncLocalStorage<WorkFields>()

/** Everything that `doing` brings about, after a wait too, finds these fields. */
export const withWorkFields = <T>(fields: WorkFields, doing: () => T): T => work.run(fields, doing)

export const workFields = (): WorkFields => work.getStore() ?? {}
