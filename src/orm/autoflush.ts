import { addNote } from "../util/index.ts"

/** A flush that nobody asked for: what fails says so, since it is about other entities than the statement that it comes before. */
export async function autoflush(flush: () => Promise<void>): Promise<void> {
  try {
    await flush()
  } catch (error) {
    addNote(error, "this comes from the flush before a statement (autoflush); db.withoutAutoflush(…) holds it back")
    throw error
  }
}
