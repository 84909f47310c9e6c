import pg from 'pg'
import { z } from 'zod'

/** A node of a plan as it was executed, with its children. */
export interface PlanNode {
  readonly type: string
  readonly table: string | undefined
  readonly index: string | undefined
  /** Rows looked at, those that a filter dropped included. */
  readonly rowsRead: number
  /** How often an index was descended: a skip scan does so for each value that it skips to. Told since PostgreSQL 18. */
  readonly searches: number
  readonly condition: string
  readonly children: readonly PlanNode[]
}

export interface Plan {
  readonly sql: string
  readonly root: PlanNode
}

const Raw = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Index Cond': z.string().optional(),
  'Actual Rows': z.number().optional(),
  'Actual Loops': z.number().optional(),
  'Index Searches': z.number().optional(),
  'Rows Removed by Filter': z.number().optional(),
  'Rows Removed by Index Recheck': z.number().optional(),
  Plans: z.array(z.unknown()).optional(),
})

const SETTINGS = [
  "session_preload_libraries = 'auto_explain'",
  'auto_explain.log_min_duration = 0',
  'auto_explain.log_level = notice',
  'auto_explain.log_format = json',
  'auto_explain.log_analyze = on',
  'auto_explain.log_timing = off',
  // What foreign keys and triggers run.
  'auto_explain.log_nested_statements = on',
]

const Explained = z.object({ 'Query Text': z.string(), Plan: z.unknown() })

function toNode(raw: unknown): PlanNode {
  const node = Raw.parse(raw)
  const rows =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return {
    type: node['Node Type'],
    table: node['Relation Name'],
    index: node['Index Name'],
    rowsRead: rows * (node['Actual Loops'] ?? 1),
    searches: node['Index Searches'] ?? 1,
    condition: node['Index Cond'] ?? '',
    children: (node.Plans ?? []).map(toNode),
  }
}

export const nodesOf = (node: PlanNode): PlanNode[] => [node, ...node.children.flatMap(nodesOf)]

/** Executed scans of a table or of one of its indexes, over all plans. */
export const scansOf = (plans: readonly Plan[], table: string): PlanNode[] =>
  plans.flatMap(({ root }) => nodesOf(root)).filter((node) => node.table === table && !node.type.startsWith('Modify'))

/**
 * The plans of everything that `pool` runs during `work`, what foreign keys and triggers run included: auto_explain sends
 * them as notices. The database has to be one of its own for the test.
 */
export async function plansOf(pool: pg.Pool, work: () => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = []
  const hear = (notice: { message?: string | undefined }): void => {
    const found = /^duration: .*? plan:\n(.*)$/s.exec(notice.message ?? '')
    if (found === null) return
    const { 'Query Text': sql, Plan: root } = Explained.parse(JSON.parse(found[1] ?? ''))
    plans.push({ sql, root: toNode(root) })
  }
  const listen = (client: pg.PoolClient): void => void client.on('notice', hear)
  pool.on('connect', listen)
  try {
    await work()
  } finally {
    pool.off('connect', listen)
  }
  return plans
}

/** Makes every later connection to the database explain what it runs. Only a superuser may; ours has the same password. */
export async function explainEverything(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl)
  url.username = 'postgres'
  const superuser = new pg.Client({ connectionString: url.toString() })
  await superuser.connect()
  try {
    for (const setting of SETTINGS)
      await superuser.query(`ALTER DATABASE ${pg.escapeIdentifier(url.pathname.slice(1))} SET ${setting}`)
  } finally {
    await superuser.end()
  }
}
