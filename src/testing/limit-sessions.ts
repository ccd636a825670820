import type { BeginOptions, Session, SessionOptions, Sessions } from "../orm/index.ts"

/**
 * The same factory, but a session of it that is about to send more than `most` statements fails with a TooManyStatementsError that
 * lists them: given to an application, each request has its own budget, however many run at once.
 *
 * @example
 * app.register(rebis, { sessions: limitSessions(sessions, 5) }) // a handler that queries once for each row fails its test
 */
export function limitSessions(sessions: Sessions, most: number): Sessions {
  const make = (options?: SessionOptions): Session => sessions({ ...options, statementLimit: most })
  return Object.assign(make, {
    on: sessions.on.bind(sessions),
    begin: <T>(work: (session: Session) => Promise<T> | T, options?: BeginOptions): Promise<T> =>
      sessions.begin(work, { ...options, statementLimit: most }),
  })
}
