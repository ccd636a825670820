import type { TwoPhase } from "../two-phase.ts"

/** The id stands in the text, where no parameter can: it was checked to be letters, digits and a few signs. */
export const twoPhase: TwoPhase = {
  prepare: (id) => `prepare transaction '${id}'`,
  commit: (id) => `commit prepared '${id}'`,
  rollback: (id) => `rollback prepared '${id}'`,
  list: `select gid, (extract(epoch from prepared) * 1000)::bigint::text from pg_catalog.pg_prepared_xacts
    where database = current_database() order by prepared, gid`,
}
