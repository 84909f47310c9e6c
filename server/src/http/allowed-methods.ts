import type { RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST'])

/** Refuses methods that no route answers. */
export const knownMethods: RequestHandler = (req, _res, next) => {
  next(METHODS.has(req.method) ? undefined : new HttpError('wrong_method', { allow: [...METHODS].join(', ') }))
}

/** The last handler of a route: a method that no handler before it answered is not served there. */
export const onlyMethods =
  (...methods: readonly string[]): RequestHandler =>
  () => {
    throw new HttpError('wrong_method', { allow: methods.join(', ') })
  }
