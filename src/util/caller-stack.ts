/**
 * Gives an error the stack of who is waiting for it. It was made where a socket or a timer called back, or deep inside, and
 * the few frames that a stack holds should be those of the application.
 */
export function withCallerStack(error: unknown): unknown {
  if (error instanceof Error) Error.captureStackTrace(error, withCallerStack)
  return error
}
