const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Ids arrive in URLs and forms; PostgreSQL raises an error for text that is no UUID, where "not found" is meant. */
export const isUuid = (text: string): boolean => UUID.test(text)
