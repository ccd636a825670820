import { DriverMissingError } from "../errors/index.ts"

/** Imports an optional package. @throws DriverMissingError, which says how to install it, when it is not there. */
export async function loadPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error, name)) throw error
    throw new DriverMissingError(`the URL asks for the npm package ${name}, which is not installed`, {
      hint: `npm install ${name}`,
      cause: error,
    })
  }
}

function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false
  return (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "ERR_UNKNOWN_BUILTIN_MODULE") && error.message.includes(name)
}
