import { date, declarativeBase, integer, text, timestamptz } from "rebis"

const Base = declarativeBase()

class User extends Base.model("user", { id: integer().primaryKey().identity(), name: text() }) {}

// A table's name is lower snake_case.
// error: TS2345 Argument of type '"BlogPost"' is not assignable to parameter of type '"BlogPost" & Violation<"table 'BlogPost' must be lower snake_case">'.
Base.model("BlogPost", { id: integer().primaryKey() })
// error: TS2345 Argument of type '"blog-post"' is not assignable to parameter of type '"blog-post" & Violation<"table 'blog-post' must be lower snake_case">'.
Base.model("blog-post", { id: integer().primaryKey() })

// A datetime ends in At, a date in Date.
// error: TS2322 Type 'Builder<Date, "timestamptz">' is not assignable to type 'Builder<Date, "timestamptz"> & Violation<"datetime column 'created' must end in 'At'">'.
Base.model("post", { id: integer().primaryKey(), created: timestamptz() })
// error: TS2322 Type 'Builder<IsoDate, "date">' is not assignable to type 'Builder<IsoDate, "date"> & Violation<"date column 'published' must end in 'Date'">'.
Base.model("post", { id: integer().primaryKey(), published: date() })

// A property is camelCase.
// error: TS2322 Type 'Builder<number, "integer">' is not assignable to type 'Builder<number, "integer"> & Violation<"column 'view_count' must be camelCase; its column in the database is snake_case by itself">'.
Base.model("post", { id: integer().primaryKey(), view_count: integer() })

// A foreign key is named after what it points at.
// error: TS2322 Type 'ColumnBuilder<number, false, false, "integer", "user.id", never>' is not assignable to type 'ColumnBuilder<number, false, false, "integer", "user.id", never> & Violation<"foreign key 'writer' must be named after what it points at: 'userId'">'.
Base.model("post", { id: integer().primaryKey(), writer: integer().references(() => User.c.id) })
