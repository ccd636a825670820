import type { Command } from "./command.ts"
import { checkCommand } from "./commands/check.ts"
import { currentCommand } from "./commands/current.ts"
import { downgradeCommand } from "./commands/downgrade.ts"
import { headsCommand } from "./commands/heads.ts"
import { historyCommand } from "./commands/history.ts"
import { initCommand } from "./commands/init.ts"
import { revisionCommand } from "./commands/revision.ts"
import { showCommand } from "./commands/show.ts"
import { stampCommand } from "./commands/stamp.ts"
import { upgradeCommand } from "./commands/upgrade.ts"

/** The commands by name, in the order of a first use. */
export const commands: Readonly<Record<string, Command>> = {
  init: initCommand,
  revision: revisionCommand,
  upgrade: upgradeCommand,
  downgrade: downgradeCommand,
  current: currentCommand,
  history: historyCommand,
  heads: headsCommand,
  show: showCommand,
  check: checkCommand,
  stamp: stampCommand,
}
