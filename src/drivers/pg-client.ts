/** What is used of pg's `Connection`: its socket, and what cancelling needs. */
export interface PgConnection {
  readonly stream: {
    write(bytes: Uint8Array): unknown
    destroy(error?: Error): unknown
    on(event: "data", listener: (piece: Uint8Array) => void): unknown
    removeAllListeners(event: "data"): unknown
  }
  on(event: "error", listener: (error: Error) => void): unknown
  on(event: "connect" | "sslconnect" | "end", listener: () => void): unknown
  connect(portOrPath: number | string, host?: string): void
  requestSsl(): void
  cancel(processId: number | null, secretKey: number | null): void
}

/** What is used of pg's `Client`. */
export interface PgClient {
  readonly connection: PgConnection
  readonly host: string
  readonly port: number
  readonly database: string | undefined
  readonly user: string | undefined
  /** `false`, or what TLS is made with. */
  readonly ssl: unknown
  /** `direct`: TLS begins without being asked for in the protocol. */
  readonly sslNegotiation?: string
  readonly processID: number | null
  readonly secretKey: number | null
  connect(): Promise<unknown>
  end(): Promise<void>
  on(event: "error", listener: (error: Error) => void): unknown
  on(event: "end", listener: () => void): unknown
}

export interface PgModule {
  readonly Client: new (config: Readonly<Record<string, unknown>>) => PgClient
}
