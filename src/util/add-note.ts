/** Adds a sentence to the message of an error: what is only known further out. */
export function addNote(error: unknown, note: string): void {
  if (!(error instanceof Error)) return
  const before = error.message
  error.message = `${before}\n  note: ${note}`
  if (error.stack?.includes(before) === true) error.stack = error.stack.replace(before, () => error.message)
}
