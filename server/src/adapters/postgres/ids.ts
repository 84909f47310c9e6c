const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Ids arrive in URLs and forms; PostgreSQL raises an error for text that is no UUID, where "not found" is meant. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** PostgreSQL's text holds every character but U+0000; half of a surrogate pair is no character. Others raise an error. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text)
