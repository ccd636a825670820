// Every other door, so that its declarations are compiled in a user's project.
export * as fastify from "rebis/fastify"
export * as hono from "rebis/hono"
export * as migrations from "rebis/migrations"
export * as testing from "rebis/testing"
