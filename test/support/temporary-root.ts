import { accessSync, constants, statfsSync } from "node:fs"
import { tmpdir } from "node:os"

const memory = "/dev/shm"
const wantedBytes = 2 * 1024 ** 3

/** Where databases of tests stand: in memory where there is room, else with other temporary files. A database is made 30 times faster. */
export const temporaryRoot: string = hasRoom() ? memory : tmpdir()

function hasRoom(): boolean {
  try {
    accessSync(memory, constants.W_OK)
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize >= wantedBytes
  } catch {
    return false
  }
}
