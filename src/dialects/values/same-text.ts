import { ValueError } from "../../errors/index.ts"

/** Whether two texts are equal; not so when a value does not fit its type, which is said when it is encoded. */
export function isSameText(texts: () => readonly [raw: string, value: string]): boolean {
  try {
    const [raw, value] = texts()
    return raw === value
  } catch (error) {
    if (error instanceof ValueError) return false
    throw error
  }
}
