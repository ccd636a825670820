import {
  type CompiledQuery,
  type ConnectionProvider,
  DefaultQueryExecutor,
  type KyselyPlugin,
  type QueryId,
  type RootOperationNode,
  ValueNode,
} from "kysely"
import { type KnownTables, LowerContext, OwnExpressions, ValueEncoder } from "../../sql/index.ts"
import type { Dialect } from "../dialect.ts"

/** What queries of one Kysely have in common. */
export interface QuerySetting {
  readonly dialect: Dialect
  readonly tables: KnownTables
}

const sources = new WeakMap<RootOperationNode, RootOperationNode>()

/** The query that a compiled one was made of, in which what is ours is still known. */
export function sourceOf({ query }: CompiledQuery): RootOperationNode {
  return sources.get(query) ?? query
}

/**
 * Prints queries: what of them is ours is spelled for the session's database before any plugin sees it, and their values are encoded
 * last.
 */
export class SessionExecutor extends DefaultQueryExecutor {
  readonly #setting: QuerySetting
  readonly #provider: ConnectionProvider

  constructor(setting: QuerySetting, provider: ConnectionProvider, plugins: readonly KyselyPlugin[] = []) {
    super(setting.dialect.createQueryCompiler(), setting.dialect.kysely.createAdapter(), provider, [...plugins])
    this.#setting = setting
    this.#provider = provider
  }

  override transformQuery<T extends RootOperationNode>(node: T, queryId: QueryId): T {
    return super.transformQuery(new OwnExpressions(() => this.#context()).transformNode(node, queryId), queryId)
  }
  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    const { tables } = this.#setting
    const encoding = { context: this.#context(), tables, makeValue: (value: unknown) => ValueNode.create(value), isRead: true }
    const encoded = new ValueEncoder(encoding).transformNode(node, queryId)
    sources.set(encoded, node)
    return super.compileQuery(encoded, queryId)
  }

  #context(): LowerContext {
    return new LowerContext(this.#setting.dialect, { embedded: true })
  }

  override withPlugins(plugins: readonly KyselyPlugin[]): SessionExecutor {
    return new SessionExecutor(this.#setting, this.#provider, [...this.plugins, ...plugins])
  }
  override withPlugin(plugin: KyselyPlugin): SessionExecutor {
    return new SessionExecutor(this.#setting, this.#provider, [...this.plugins, plugin])
  }
  override withPluginAtFront(plugin: KyselyPlugin): SessionExecutor {
    return new SessionExecutor(this.#setting, this.#provider, [plugin, ...this.plugins])
  }
  override withConnectionProvider(provider: ConnectionProvider): SessionExecutor {
    return new SessionExecutor(this.#setting, provider, this.plugins)
  }
  override withoutPlugins(): SessionExecutor {
    return new SessionExecutor(this.#setting, this.#provider)
  }
}
