const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The name of a tenant in addresses: small letters, digits and inner hyphens, at most 63. */
export const isSlug = (text: string): boolean => SLUG.test(text)
