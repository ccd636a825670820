/**
 * Imported by every file with property tests: a run repeats the last one's cases, so that a change is what makes it fail.
 * `REBIS_SEED=$RANDOM npm test` looks for new cases; a seed that failed is kept as a test.
 */
import fc from "fast-check"

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.REBIS_SEED ?? 20_261_123) })
