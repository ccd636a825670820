import { type Command, exitCode } from "../command.ts"

export const checkCommand: Command = {
  summary: "compare models, migrations and database; for CI",
  details: [
    "Finds: a database that is behind or not as the models, several heads, edited or missing files, names off the conventions,",
    "more than one engine for one URL.",
    "Exit code 1 when there is anything.",
  ],
  options: {},
  async run(context) {
    const { check, engineFindings, loadModels } = await import("../../migrations/index.ts")
    const config = await context.config()
    const metadata = await loadModels(config)
    const engines = engineFindings()
    const findings = [...engines, ...(await check(await context.engine(), { migrations: config.migrations, metadata }))]
    for (const { kind, message, hint } of findings) {
      context.print(`  ${kind}: ${message}`)
      if (hint !== undefined) context.print(`      hint: ${hint}`)
    }
    context.print(findings.length === 0 ? "  nothing found" : `  ${findings.length} ${findings.length === 1 ? "finding" : "findings"}`)
    context.result({ findings })
    return findings.length === 0 ? exitCode.done : exitCode.findings
  },
}
