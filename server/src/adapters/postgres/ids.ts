const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** To be asked of ids from URLs and forms: PostgreSQL raises an error for text that is no UUID, where "not found" is meant. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** Whether PostgreSQL's `text` can store it: U+0000 and half of a surrogate pair raise an error. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text)
