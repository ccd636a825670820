import type { DriverConnection } from "./driver.ts"

/** A driver's connection and what the pool has to know about it. */
export class PooledConnection {
  /** From 1 in each engine. */
  readonly id: number
  readonly driver: DriverConnection
  /** When it was opened, on the clock of `performance.now()`. */
  readonly createdAt: number
  /** When it was last given back, on the same clock. */
  idleSince: number

  constructor(id: number, driver: DriverConnection) {
    this.id = id
    this.driver = driver
    this.createdAt = performance.now()
    this.idleSince = this.createdAt
  }
}
