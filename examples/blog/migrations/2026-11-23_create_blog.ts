// create table user
// create table post
// create table comment

import { migration } from "rebis/migrations"

export default migration({
  revision: "72cc875658a7",
  downRevision: null,
  up(op) {
    op.createTable("user", {
      columns: [
        { name: "id", type: "integer", identity: "by default" },
        { name: "email", type: "text" },
        { name: "name", type: "text" },
        { name: "created_at", type: "timestamptz", default: "now()" },
      ],
      primaryKey: { name: "user_pkey", columns: ["id"] },
      uniques: [{ name: "user_email_key", columns: ["email"] }],
    })
    op.createTable("post", {
      columns: [
        { name: "id", type: "integer", identity: "by default" },
        { name: "title", type: "text" },
        { name: "content", type: "text" },
        { name: "user_id", type: "integer" },
        { name: "created_at", type: "timestamptz", default: "now()" },
        { name: "published_date", type: "date", nullable: true },
      ],
      primaryKey: { name: "post_pkey", columns: ["id"] },
      foreignKeys: [{ name: "post_user_id_fkey", columns: ["user_id"], references: { table: "user", columns: ["id"] } }],
      checks: [{ name: "post_title_not_empty_check", expression: "\"title\" != ''" }],
      indexes: [
        { name: "post_title_idx", keys: ["title"] },
        { name: "post_user_id_idx", keys: ["user_id", { column: "created_at", direction: "desc" }] },
      ],
    })
    op.createTable("comment", {
      columns: [
        { name: "id", type: "integer", identity: "by default" },
        { name: "post_id", type: "integer" },
        { name: "user_id", type: "integer" },
        { name: "body", type: "text" },
        { name: "created_at", type: "timestamptz", default: "now()" },
      ],
      primaryKey: { name: "comment_pkey", columns: ["id"] },
      foreignKeys: [
        { name: "comment_post_id_fkey", columns: ["post_id"], references: { table: "post", columns: ["id"] }, onDelete: "cascade" },
        { name: "comment_user_id_fkey", columns: ["user_id"], references: { table: "user", columns: ["id"] } },
      ],
      indexes: [{ name: "comment_post_id_idx", keys: ["post_id"] }],
    })
  },
  down(op) {
    // loses all rows of table comment
    op.dropTable("comment", {
      columns: [
        { name: "id", type: "integer", identity: "by default" },
        { name: "post_id", type: "integer" },
        { name: "user_id", type: "integer" },
        { name: "body", type: "text" },
        { name: "created_at", type: "timestamptz", default: "now()" },
      ],
      primaryKey: { name: "comment_pkey", columns: ["id"] },
      foreignKeys: [
        { name: "comment_post_id_fkey", columns: ["post_id"], references: { table: "post", columns: ["id"] }, onDelete: "cascade" },
        { name: "comment_user_id_fkey", columns: ["user_id"], references: { table: "user", columns: ["id"] } },
      ],
      indexes: [{ name: "comment_post_id_idx", keys: ["post_id"] }],
    })
    // loses all rows of table post
    op.dropTable("post", {
      columns: [
        { name: "id", type: "integer", identity: "by default" },
        { name: "title", type: "text" },
        { name: "content", type: "text" },
        { name: "user_id", type: "integer" },
        { name: "created_at", type: "timestamptz", default: "now()" },
        { name: "published_date", type: "date", nullable: true },
      ],
      primaryKey: { name: "post_pkey", columns: ["id"] },
      foreignKeys: [{ name: "post_user_id_fkey", columns: ["user_id"], references: { table: "user", columns: ["id"] } }],
      checks: [{ name: "post_title_not_empty_check", expression: "\"title\" != ''" }],
      indexes: [
        { name: "post_title_idx", keys: ["title"] },
        { name: "post_user_id_idx", keys: ["user_id", { column: "created_at", direction: "desc" }] },
      ],
    })
    // loses all rows of table user
    op.dropTable("user", {
      columns: [
        { name: "id", type: "integer", identity: "by default" },
        { name: "email", type: "text" },
        { name: "name", type: "text" },
        { name: "created_at", type: "timestamptz", default: "now()" },
      ],
      primaryKey: { name: "user_pkey", columns: ["id"] },
      uniques: [{ name: "user_email_key", columns: ["email"] }],
    })
  },
})
