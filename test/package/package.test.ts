/**
 * The package as it is published: packed, unpacked into an empty folder with nothing but its dependencies beside it, and used.
 */
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { existsSync, globSync, readFileSync } from "node:fs"
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { publint } from "publint"
import { formatMessage } from "publint/utils"

const execute = promisify(execFile)

/** Runs a command, and fails with what it printed when it does. */
async function run(command: string, args: readonly string[], options: { readonly cwd: string }): Promise<string> {
  try {
    return (await execute(command, args, { ...options, encoding: "utf8" })).stdout
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string }
    assert.fail(`${command} ${args.join(" ")}\n${stdout}${stderr}`)
  }
}
const root = fileURLToPath(new URL("../..", import.meta.url))

interface Manifest {
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

describe("the package", () => {
  let folder = ""
  let tarball = ""
  /** A project that has installed the package, and no optional peer. */
  let bare = ""
  /** One that has the peers too. */
  let full = ""
  let manifest: Manifest

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "rebis-package-"))
    await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root })
    const [name] = await readdir(folder)
    assert.ok(name, "npm pack wrote nothing")
    tarball = join(folder, name)
    await run("tar", ["-xzf", tarball, "-C", folder], { cwd: folder })
    manifest = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8")) as Manifest
    bare = await project("bare", Object.keys(manifest.dependencies))
    full = await project("full", [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies), "@types/node"])
  })
  after(() => rm(folder, { recursive: true, force: true }))

  async function project(name: string, packages: readonly string[]): Promise<string> {
    const path = join(folder, name)
    await mkdir(join(path, "node_modules"), { recursive: true })
    await cp(join(folder, "package"), join(path, "node_modules/rebis"), { recursive: true })
    for (const each of packages) {
      if (each.includes("/")) await mkdir(join(path, "node_modules", each, ".."), { recursive: true })
      await symlink(join(root, "node_modules", each), join(path, "node_modules", each))
    }
    await writeFile(join(path, "package.json"), JSON.stringify({ name, type: "module", private: true }))
    return path
  }

  const node = (cwd: string, ...args: readonly string[]) => run(process.execPath, args, { cwd })
  const specifiers = () => Object.keys(manifest.exports).map((path) => path.replace(/^\./, "rebis"))

  test("holds a file for every path of its exports and commands", () => {
    const targets = Object.values(manifest.exports).flatMap((target) => (typeof target === "string" ? target : Object.values(target)))
    const missing = [...targets, ...Object.values(manifest.bin)].filter((target) => !existsSync(join(folder, "package", target)))
    assert.deepEqual(missing, [])
  })

  test("holds built code, sources and its papers, and nothing else", async () => {
    assert.deepEqual((await readdir(join(folder, "package"))).toSorted(), ["LICENSE", "README.md", "dist", "package.json", "src"])
    assert.deepEqual(
      globSync("{dist,src}/**/*", { cwd: join(folder, "package"), withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.(js|js\.map|d\.ts|d\.ts\.map|ts)$/.test(entry.name))
        .map((entry) => entry.name),
      [],
    )
  })

  test("can be imported by every door", async () => {
    for (const specifier of specifiers().filter((each) => !each.endsWith(".json"))) {
      const stdout = await node(full, "--input-type=module", "-e", `console.log(Object.keys(await import("${specifier}")).length)`)
      assert.ok(Number(stdout) > 0, `${specifier} exports nothing`)
    }
  })

  test("needs no driver and no framework to be imported", async () => {
    for (const specifier of ["rebis", "rebis/migrations", "rebis/testing"]) {
      await node(bare, "--input-type=module", "-e", `await import("${specifier}")`)
    }
  })

  test("has a command that answers --help", async () => {
    const stdout = await node(bare, join(bare, "node_modules/rebis", manifest.bin.rebis ?? ""), "--help")
    assert.match(stdout, /rebis/)
  })

  test("satisfies publint", async () => {
    const packed = readFileSync(tarball)
    const { messages, pkg } = await publint({
      pack: { tarball: packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength) },
      strict: true,
    })
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    )
  })

  test("has types that resolve wherever its code does", async () => {
    const stdout = await run("attw", [tarball, "--profile", "esm-only", "--no-definitely-typed", "--no-emoji", "--format", "ascii"], {
      cwd: root,
    })
    assert.match(stdout, /OK \(ESM\)/)
  })

  for (const [module, moduleResolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ] as const) {
    test(`compiles in a project of its users (${moduleResolution}), declarations included`, async () => {
      const path = join(full, moduleResolution)
      await cp(join(root, "test/package/consumer"), path, { recursive: true })
      const compilerOptions = {
        strict: true,
        target: "es2024",
        module,
        moduleResolution,
        declaration: true,
        outDir: "out",
        types: ["node"],
        lib: ["es2024", "esnext.disposable"],
      }
      await writeFile(join(path, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }))
      await node(path, join(root, "node_modules/typescript/bin/tsc"), "--pretty", "false", "-p", ".")
      const stdout = await node(path, "out/main.js")
      assert.equal(stdout, "Notes by Ada\n")
    })
  }
})
