import type { Response } from 'express'

/** Thrown to end work whose client has gone; the error handler neither answers nor logs it. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft'

  constructor() {
    super('The client closed the connection')
  }
}

/** Aborted, with a ClientLeft, when the client closes the connection before the answer was sent. */
export function waiting(res: Response): AbortSignal {
  const controller = new AbortController()
  const leave = () => {
    if (!res.writableFinished) controller.abort(new ClientLeft())
  }
  if (res.destroyed) leave()
  else res.once('close', leave)
  return controller.signal
}
