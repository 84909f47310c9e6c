import {
  type Context,
  GraphClientError,
  type Middleware,
  type MiddlewareOptions,
} from '@microsoft/microsoft-graph-client'
import type { HttpAnswer } from '../../net/http.ts'
import type { CalendarError } from '../../ports/calendar-provider.ts'
import { garbled, wireFailure } from './errors.ts'
import type { GraphCall } from './graph-call.ts'

/**
 * Our call, carried through Microsoft's client among its middleware options. The client's requests stay reachable long
 * after they have ended, so that what they carry outlives one garbage collection after another (a fifth of the time of
 * a read, measured): it is dropped when the call is over.
 */
export class Carried<T = unknown> implements MiddlewareOptions {
  attempt = 1
  answer: HttpAnswer | undefined
  #call: GraphCall<T> | undefined
  #outcome: { readonly value: T } | undefined

  constructor(call: GraphCall<T>) {
    this.#call = call
  }

  get call(): GraphCall<T> {
    if (this.#call === undefined) throw garbled('call_is_over')
    return this.#call
  }

  settle(value: T): void {
    this.#outcome = { value }
  }

  result(): T {
    if (this.#outcome === undefined) throw garbled('no_answer')
    return this.#outcome.value
  }

  drop(): void {
    this.#call = undefined
    this.#outcome = undefined
    this.answer = undefined
  }

  static of(context: Context): Carried {
    const carried: unknown = context.middlewareControl?.getMiddlewareOptions(Carried)
    if (carried instanceof Carried) return carried
    throw new TypeError('a Graph request without a call')
  }
}

export abstract class Link implements Middleware {
  #next: Middleware | undefined

  setNext(next: Middleware): void {
    this.#next = next
  }

  protected pass(context: Context): Promise<void> {
    if (this.#next === undefined) throw new TypeError('the last link passes nothing on')
    return this.#next.execute(context)
  }

  abstract execute(context: Context): Promise<void>
}

/** The client turns every error into a GraphError without its cause, except its own GraphClientError: that is the door. */
class Wrapped extends GraphClientError {
  readonly inner: CalendarError

  constructor(inner: CalendarError) {
    super(inner.reason)
    Object.setPrototypeOf(this, Wrapped.prototype)
    this.inner = inner
  }
}

/** The outermost link: whatever fails below leaves as a CalendarError. */
export class Boundary extends Link {
  async execute(context: Context): Promise<void> {
    try {
      await this.pass(context)
    } catch (error) {
      throw new Wrapped(wireFailure(error))
    }
  }

  static unwrap(error: unknown): CalendarError {
    return error instanceof Wrapped ? error.inner : wireFailure(error)
  }
}
