import { declarativeBase, integer, type Session, text, upper, value } from "rebis"

const Base = declarativeBase()

class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  name: text(),
  nickname: text().nullable(),
  logins: integer().default(0),
}) {
  greet(): string {
    return this.name
  }
}
declare const db: Session
declare const user: User

// Values and expressions of the property's type.
db.assign(user, { name: "a", nickname: null, logins: User.c.logins.plus(1) })
db.assign(user, { nickname: upper(User.c.nickname), name: undefined })
db.add(User, { name: upper(value("a")), logins: 1 })

// An expression of another type.
// error: TS2322 Type 'Column<string, "user", "name">' is not assignable to type 'Given<number> | undefined'.
db.assign(user, { logins: User.c.name })

// One that may be null, for a property that may not.
// error: TS2322 Type 'TextOf<Column<string | null, "user", "nickname">>' is not assignable to type 'Given<string> | undefined'.
db.assign(user, { name: upper(User.c.nickname) })

// What is no column, and what is a method.
// error: TS2353 Object literal may only specify known properties, and 'admin' does not exist in type 'AssignedValues<User>'.
db.assign(user, { admin: true })
// error: TS2353 Object literal may only specify known properties, and 'greet' does not exist in type 'AssignedValues<User>'.
db.assign(user, { greet: () => "x" })

// An expression is no value that one could go on with.
// error: TS2322 Type 'Expr<number, "user">' is not assignable to type 'number'.
user.logins = User.c.logins.plus(1)

// A flush is of all that the session holds (24).
// error: TS2554 Expected 0 arguments, but got 1.
db.flush([user])
