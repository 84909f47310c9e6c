import { z } from 'zod'

const Component = z.looseObject({
  'bom-ref': z.string(),
  properties: z.array(z.object({ name: z.string() })).default([]),
})
const Bill = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(Component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
})
const Lock = z.object({
  name: z.string(),
  packages: z.record(
    z.string(),
    z.object({ name: z.string().optional(), version: z.string().optional(), dev: z.boolean().default(false) }),
  ),
})

/** Of what npm notes of a package that nothing but development needs. */
const DEVELOPMENT = 'cdx:npm:package:development'

/**
 * Of a bill of everything that package-lock.json names, as `npm sbom` prints it, what production installs, on whatever platform.
 *
 * @throws Error where a package of the lock is missing in it.
 */
export function billOfProduction(everything: unknown, lockFile: unknown): z.infer<typeof Bill> {
  const bill = Bill.parse(everything)
  const components = bill.components.filter(({ properties }) => !properties.some(({ name }) => name === DEVELOPMENT))
  const kept = new Set([bill.metadata.component, ...components].map((one) => one['bom-ref']))
  const lock = Lock.parse(lockFile)
  const missing = locked(lock).filter((ref) => !kept.has(ref))
  if (missing.length > 0) throw new Error(`not in the bill: ${missing.join(', ')}`)
  const dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => kept.has(ref)) }))
  // npm calls it by the name of the folder it was started in.
  const component = { ...bill.metadata.component, name: lock.name }
  return { ...bill, metadata: { ...bill.metadata, component }, components, dependencies }
}

const locked = ({ packages }: Pick<z.infer<typeof Lock>, 'packages'>): string[] =>
  Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { name, version }]) => `${name ?? path.replace(/^.*node_modules\//, '')}@${version}`)
