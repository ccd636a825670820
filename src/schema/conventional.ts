import type { ColumnBuilder } from "./column-builder.ts"

/** Whether names off the convention compile. */
export type Conventions = "strict" | "off"

/** An error of the compiler that says which convention is broken. */
export interface Violation<Message extends string> {
  readonly convention: Message
}

type Camel<N extends string> = N extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : N
type KeyName<T extends string, C extends string> = `${Camel<T>}${Capitalize<Camel<C>>}`

type CheckedName<K, C> = K extends `${string}_${string}`
  ? Violation<`column '${K}' must be camelCase; its column in the database is snake_case by itself`>
  : C extends { readonly $kind: "timestamptz" | "timestamp" }
    ? K extends `${string}At`
      ? C
      : Violation<`datetime column '${K & string}' must end in 'At'`>
    : C extends { readonly $kind: "date" }
      ? K extends `${string}Date`
        ? C
        : Violation<`date column '${K & string}' must end in 'Date'`>
      : C

type CheckedReference<Name extends string, K, C, Reference> = [Reference] extends [never]
  ? CheckedName<K, C>
  : Reference extends `${infer T}.${infer R}`
    ? string extends T
      ? CheckedName<K, C>
      : T extends Name
        ? K extends `${string}${Capitalize<Camel<R>>}`
          ? CheckedName<K, C>
          : Violation<`foreign key '${K & string}' must end in '${Capitalize<Camel<R>>}'`>
        : K extends KeyName<T, R> | `${string}${Capitalize<KeyName<T, R>>}`
          ? CheckedName<K, C>
          : Violation<`foreign key '${K & string}' must be named after what it points at: '${KeyName<T, R>}'`>
    : CheckedName<K, C>

/** The columns themselves where they follow the conventions, a {@link Violation} where they do not. */
export type Conventional<Name extends string, S> = {
  [K in keyof S]: S[K] extends ColumnBuilder<any, any, any, any, infer Reference, any> ? CheckedReference<Name, K, S[K], Reference> : S[K]
}
export type ConventionalName<N extends string> =
  N extends Lowercase<N>
    ? N extends `${string}${" " | "-" | "."}${string}`
      ? Violation<`table '${N}' must be lower snake_case`>
      : N
    : Violation<`table '${N}' must be lower snake_case`>
