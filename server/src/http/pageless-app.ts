import express, { type Express } from 'express'
import { noStore } from './security-headers.ts'

/** An application without pages: what `addRoutes` does not answer is 404, and what fails is 500, each without a word. */
export function createPagelessApp(addRoutes: (app: Express) => void): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(noStore)
  addRoutes(app)
  app.use((_req, res) => {
    res.status(404).end()
  })
  // Express's own last resort writes an error to stderr as it is.
  const fail: express.ErrorRequestHandler = (_error, _req, res, _next) => {
    res.status(500).end()
  }
  app.use(fail)
  return app
}
