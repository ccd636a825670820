/**
 * How a result's column is read when no expression of ours describes it. SQLite types values, not columns, and a declared
 * name says little, so values stay what SQLite stored; whole numbers that a number holds exactly are numbers,
 * whatever the driver made of them.
 */
export function decoderOf(): (raw: unknown) => unknown {
  return narrow
}

function narrow(raw: unknown): unknown {
  return typeof raw === "bigint" && raw >= Number.MIN_SAFE_INTEGER && raw <= Number.MAX_SAFE_INTEGER ? Number(raw) : raw
}
