#!/usr/bin/env node
import { processTerminal, run } from "./run.ts"

// Set rather than exit: what was printed is then written to the end.
process.exitCode = await run(process.argv.slice(2), processTerminal())
