/**
 * The tables of TPC-H, whose names have a prefix in the database and none here. The specification knows no nulls, so neither do
 * the models; foreign keys are the specification's, though the sample's schema leaves them out.
 */
import {
  bigint,
  type ColumnBuilder,
  date,
  declarativeBase,
  foreignKey,
  integer,
  manyToOne,
  numeric,
  oneToMany,
  primaryKey,
  text,
} from "rebis"

const Base = declarativeBase({ conventions: "off" })
const key = (name: string): ColumnBuilder<number, false, false, "bigint"> => bigint({ mode: "number" }).named(name)
const money = (name: string): ColumnBuilder<string, false, false, "numeric"> => numeric({ precision: 15, scale: 2 }).named(name)

export class Region extends Base.model("region", {
  regionKey: key("r_regionkey").primaryKey(),
  name: text().named("r_name"),
  comment: text().named("r_comment"),
}) {}

export class Nation extends Base.model("nation", {
  nationKey: key("n_nationkey").primaryKey(),
  name: text().named("n_name"),
  regionKey: key("n_regionkey").references(() => Region.c.regionKey),
  comment: text().named("n_comment"),
}) {
  static readonly region = manyToOne(() => Region)
}

export class Supplier extends Base.model("supplier", {
  suppKey: key("s_suppkey").primaryKey(),
  name: text().named("s_name"),
  address: text().named("s_address"),
  nationKey: key("s_nationkey").references(() => Nation.c.nationKey),
  phone: text().named("s_phone"),
  acctbal: money("s_acctbal"),
  comment: text().named("s_comment"),
}) {
  static readonly nation = manyToOne(() => Nation)
  static readonly partSupps = oneToMany(() => PartSupp)
}

export class Customer extends Base.model("customer", {
  custKey: key("c_custkey").primaryKey(),
  name: text().named("c_name"),
  address: text().named("c_address"),
  nationKey: key("c_nationkey").references(() => Nation.c.nationKey),
  phone: text().named("c_phone"),
  acctbal: money("c_acctbal"),
  mktSegment: text().named("c_mktsegment"),
  comment: text().named("c_comment"),
}) {
  static readonly nation = manyToOne(() => Nation)
  static readonly orders = oneToMany(() => Order)
}

export class Part extends Base.model("part", {
  partKey: key("p_partkey").primaryKey(),
  name: text().named("p_name"),
  mfgr: text().named("p_mfgr"),
  brand: text().named("p_brand"),
  type: text().named("p_type"),
  size: integer().named("p_size"),
  container: text().named("p_container"),
  retailPrice: money("p_retailprice"),
  comment: text().named("p_comment"),
}) {
  static readonly partSupps = oneToMany(() => PartSupp)
}

export class PartSupp extends Base.model(
  "partsupp",
  {
    partKey: key("ps_partkey").references(() => Part.c.partKey),
    suppKey: key("ps_suppkey").references(() => Supplier.c.suppKey),
    availQty: integer().named("ps_availqty"),
    supplyCost: money("ps_supplycost"),
    comment: text().named("ps_comment"),
  },
  (t) => [primaryKey(t.partKey, t.suppKey)],
) {
  static readonly part = manyToOne(() => Part)
  static readonly supplier = manyToOne(() => Supplier)
}

export class Order extends Base.model("orders", {
  orderKey: key("o_orderkey").primaryKey(),
  custKey: key("o_custkey").references(() => Customer.c.custKey),
  status: text().named("o_orderstatus"),
  totalPrice: money("o_totalprice"),
  orderDate: date().named("o_orderdate"),
  priority: text().named("o_orderpriority"),
  clerk: text().named("o_clerk"),
  shipPriority: integer().named("o_shippriority"),
  comment: text().named("o_comment"),
}) {
  static readonly customer = manyToOne(() => Customer)
  static readonly lines = oneToMany(() => LineItem)
}

export class LineItem extends Base.model(
  "lineitem",
  {
    orderKey: key("l_orderkey").references(() => Order.c.orderKey),
    partKey: key("l_partkey").references(() => Part.c.partKey),
    suppKey: key("l_suppkey").references(() => Supplier.c.suppKey),
    lineNumber: key("l_linenumber"),
    quantity: money("l_quantity"),
    extendedPrice: money("l_extendedprice"),
    discount: money("l_discount"),
    tax: money("l_tax"),
    returnFlag: text().named("l_returnflag"),
    lineStatus: text().named("l_linestatus"),
    shipDate: date().named("l_shipdate"),
    commitDate: date().named("l_commitdate"),
    receiptDate: date().named("l_receiptdate"),
    shipInstruct: text().named("l_shipinstruct"),
    shipMode: text().named("l_shipmode"),
    comment: text().named("l_comment"),
  },
  (t) => [
    primaryKey(t.orderKey, t.lineNumber),
    foreignKey([t.partKey, t.suppKey], [() => PartSupp.c.partKey, () => PartSupp.c.suppKey], { name: "lineitem_partsupp_fkey" }),
  ],
) {
  static readonly order = manyToOne(() => Order)
  static readonly part = manyToOne(() => Part)
  static readonly supplier = manyToOne(() => Supplier)
  static readonly partSupp = manyToOne(() => PartSupp)
}
