import {
  aliased,
  and,
  avg,
  caseWhen,
  cast,
  count,
  date,
  exists,
  extract,
  interval,
  min,
  numeric,
  or,
  select,
  sum,
  text,
  value,
} from "rebis"
import { Customer, LineItem, Nation, Order, Part, PartSupp, Region, Supplier } from "./tpch-models.ts"
import { query, type TpchQuery } from "./tpch-query.ts"

const day = (text: string) => value(text, date())
const one = value(1)
const discounted = LineItem.c.extendedPrice.times(one.minus(LineItem.c.discount))

/** 1: what was billed, shipped and returned up to a day. */
const pricingSummary = query(
  1,
  select({
    l_returnflag: LineItem.c.returnFlag,
    l_linestatus: LineItem.c.lineStatus,
    sum_qty: sum(LineItem.c.quantity),
    sum_base_price: sum(LineItem.c.extendedPrice),
    sum_disc_price: sum(discounted),
    sum_charge: sum(discounted.times(one.plus(LineItem.c.tax))),
    avg_qty: avg(LineItem.c.quantity),
    avg_price: avg(LineItem.c.extendedPrice),
    avg_disc: avg(LineItem.c.discount),
    count_order: count(),
  })
    .where(LineItem.c.shipDate.lte(day("1998-12-01").minus(interval("P90D"))))
    .groupBy(LineItem.c.returnFlag, LineItem.c.lineStatus)
    .orderBy(LineItem.c.returnFlag, LineItem.c.lineStatus),
).gives<{
  l_returnflag: string
  l_linestatus: string
  sum_qty: string | null
  sum_base_price: string | null
  sum_disc_price: string | null
  sum_charge: string | null
  avg_qty: string | null
  avg_price: string | null
  avg_disc: string | null
  count_order: number
}>()

/** 2: the supplier with the lowest price for each part of a kind, in one region. */
const minimumCostSupplier = query(
  2,
  select({
    s_acctbal: Supplier.c.acctbal,
    s_name: Supplier.c.name,
    n_name: Nation.c.name,
    p_partkey: Part.c.partKey,
    p_mfgr: Part.c.mfgr,
    s_address: Supplier.c.address,
    s_phone: Supplier.c.phone,
    s_comment: Supplier.c.comment,
  })
    .from(Part)
    .join(Part.partSupps)
    .join(PartSupp.supplier)
    .join(Supplier.nation)
    .join(Nation.region)
    .where(
      Part.c.size.eq(15),
      Part.c.type.endsWith("BRASS"),
      Region.c.name.eq("EUROPE"),
      PartSupp.c.supplyCost.eq(
        select(min(PartSupp.c.supplyCost))
          .from(PartSupp)
          .join(PartSupp.supplier)
          .join(Supplier.nation)
          .join(Nation.region)
          .where(PartSupp.c.partKey.eq(Part.c.partKey), Region.c.name.eq("EUROPE"))
          .asScalar(),
      ),
    )
    .orderBy(Supplier.c.acctbal.desc(), Nation.c.name, Supplier.c.name, Part.c.partKey)
    .limit(100),
).gives<{
  s_acctbal: string
  s_name: string
  n_name: string
  p_partkey: number
  p_mfgr: string
  s_address: string
  s_phone: string
  s_comment: string
}>()

/** 3: the open orders of the highest value. */
const revenue = sum(discounted)
const shippingPriority = query(
  3,
  select({
    l_orderkey: LineItem.c.orderKey,
    revenue,
    o_orderdate: cast(Order.c.orderDate, text()),
    o_shippriority: Order.c.shipPriority,
  })
    .from(Customer)
    .join(Customer.orders)
    .join(Order.lines)
    .where(Customer.c.mktSegment.eq("BUILDING"), Order.c.orderDate.lt("1995-03-15"), LineItem.c.shipDate.gt("1995-03-15"))
    .groupBy(LineItem.c.orderKey, Order.c.orderDate, Order.c.shipPriority)
    .orderBy(revenue.desc(), Order.c.orderDate)
    .limit(10),
).gives<{ l_orderkey: number; revenue: string | null; o_orderdate: string; o_shippriority: number }>()

/** 4: orders of a quarter with a line that came late, by priority. */
const orderPriorityChecking = query(
  4,
  select({ o_orderpriority: Order.c.priority, order_count: count() })
    .where(
      Order.c.orderDate.gte("1993-07-01"),
      Order.c.orderDate.lt(day("1993-07-01").plus(interval("P3M"))),
      exists(select(LineItem).where(LineItem.c.orderKey.eq(Order.c.orderKey), LineItem.c.commitDate.lt(LineItem.c.receiptDate))),
    )
    .groupBy(Order.c.priority)
    .orderBy(Order.c.priority),
).gives<{ o_orderpriority: string; order_count: number }>()

/** 5: revenue between customers and suppliers of the same nation, in one region and year. */
const localSupplierVolume = query(
  5,
  select({ n_name: Nation.c.name, revenue })
    .from(Customer)
    .join(Customer.orders)
    .join(Order.lines)
    .join(LineItem.supplier)
    .join(Supplier.nation)
    .join(Nation.region)
    .where(
      Customer.c.nationKey.eq(Supplier.c.nationKey),
      Region.c.name.eq("ASIA"),
      Order.c.orderDate.gte("1994-01-01"),
      Order.c.orderDate.lt(day("1994-01-01").plus(interval("P1Y"))),
    )
    .groupBy(Nation.c.name)
    .orderBy(revenue.desc()),
).gives<{ n_name: string; revenue: string | null }>()

/** 6: what small discounts cost in a year. */
const forecastingRevenueChange = query(
  6,
  select({ revenue: sum(LineItem.c.extendedPrice.times(LineItem.c.discount)) })
    .from(LineItem)
    .where(
      LineItem.c.shipDate.gte("1994-01-01"),
      LineItem.c.shipDate.lt(day("1994-01-01").plus(interval("P1Y"))),
      LineItem.c.discount.between(value("0.06", numeric()).minus("0.01"), value("0.06", numeric()).plus("0.01")),
      LineItem.c.quantity.lt("24"),
    ),
).gives<{ revenue: string | null }>()

/** 7: what two nations shipped to each other, by year. */
const [n1, n2] = [aliased(Nation, "n1"), aliased(Nation, "n2")]
const shipping = select({
  supp_nation: n1.c.name,
  cust_nation: n2.c.name,
  l_year: extract("year", LineItem.c.shipDate),
  volume: discounted,
})
  .from(Supplier)
  .join(n1, n1.c.nationKey.eq(Supplier.c.nationKey))
  .join(LineItem, LineItem.c.suppKey.eq(Supplier.c.suppKey))
  .join(LineItem.order)
  .join(Order.customer)
  .join(n2, n2.c.nationKey.eq(Customer.c.nationKey))
  .where(
    or(and(n1.c.name.eq("FRANCE"), n2.c.name.eq("GERMANY")), and(n1.c.name.eq("GERMANY"), n2.c.name.eq("FRANCE"))),
    LineItem.c.shipDate.between("1995-01-01", "1996-12-31"),
  )
  .as("shipping")
const volumeShipping = query(
  7,
  select({
    supp_nation: shipping.c.supp_nation,
    cust_nation: shipping.c.cust_nation,
    l_year: shipping.c.l_year,
    revenue: sum(shipping.c.volume),
  })
    .from(shipping)
    .groupBy(shipping.c.supp_nation, shipping.c.cust_nation, shipping.c.l_year)
    .orderBy(shipping.c.supp_nation, shipping.c.cust_nation, shipping.c.l_year),
).gives<{ supp_nation: string; cust_nation: string; l_year: number; revenue: string | null }>()

/** 8: a nation's share of a region's market for a kind of part. */
const allNations = select({ o_year: extract("year", Order.c.orderDate), volume: discounted, nation: n2.c.name })
  .from(Part)
  .join(LineItem, LineItem.c.partKey.eq(Part.c.partKey))
  .join(LineItem.supplier)
  .join(LineItem.order)
  .join(Order.customer)
  .join(n1, n1.c.nationKey.eq(Customer.c.nationKey))
  .join(n1.region)
  .join(n2, n2.c.nationKey.eq(Supplier.c.nationKey))
  .where(Region.c.name.eq("AMERICA"), Order.c.orderDate.between("1995-01-01", "1996-12-31"), Part.c.type.eq("ECONOMY ANODIZED STEEL"))
  .as("all_nations")
const nationalMarketShare = query(
  8,
  select({
    o_year: allNations.c.o_year,
    mkt_share: sum(caseWhen(allNations.c.nation.eq("BRAZIL"), allNations.c.volume).else("0")).dividedBy(sum(allNations.c.volume)),
  })
    .from(allNations)
    .groupBy(allNations.c.o_year)
    .orderBy(allNations.c.o_year),
).gives<{ o_year: number; mkt_share: string | null }>()

/** 9: what was earned with a kind of part, by nation and year. */
const profit = select({
  nation: Nation.c.name,
  o_year: extract("year", Order.c.orderDate),
  amount: discounted.minus(PartSupp.c.supplyCost.times(LineItem.c.quantity)),
})
  .from(LineItem)
  .join(LineItem.part)
  .join(LineItem.partSupp)
  .join(LineItem.order)
  .join(LineItem.supplier)
  .join(Supplier.nation)
  .where(Part.c.name.contains("green"))
  .as("profit")
const productTypeProfit = query(
  9,
  select({ nation: profit.c.nation, o_year: profit.c.o_year, sum_profit: sum(profit.c.amount) })
    .from(profit)
    .groupBy(profit.c.nation, profit.c.o_year)
    .orderBy(profit.c.nation, profit.c.o_year.desc()),
).gives<{ nation: string; o_year: number; sum_profit: string | null }>()

/** 10: the customers who returned most in a quarter. */
const returnedItems = query(
  10,
  select({
    c_custkey: Customer.c.custKey,
    c_name: Customer.c.name,
    revenue,
    c_acctbal: Customer.c.acctbal,
    n_name: Nation.c.name,
    c_address: Customer.c.address,
    c_phone: Customer.c.phone,
    c_comment: Customer.c.comment,
  })
    .from(Customer)
    .join(Customer.orders)
    .join(Order.lines)
    .join(Customer.nation)
    .where(
      Order.c.orderDate.gte("1993-10-01"),
      Order.c.orderDate.lt(day("1993-10-01").plus(interval("P3M"))),
      LineItem.c.returnFlag.eq("R"),
    )
    .groupBy(
      Customer.c.custKey,
      Customer.c.name,
      Customer.c.acctbal,
      Customer.c.phone,
      Nation.c.name,
      Customer.c.address,
      Customer.c.comment,
    )
    .orderBy(revenue.desc())
    .limit(20),
).gives<{
  c_custkey: number
  c_name: string
  revenue: string | null
  c_acctbal: string
  n_name: string
  c_address: string
  c_phone: string
  c_comment: string
}>()

/** 11: the parts in which a nation's stock is worth most. */
const stockValue = sum(PartSupp.c.supplyCost.times(PartSupp.c.availQty))
const importantStock = query(
  11,
  select({ ps_partkey: PartSupp.c.partKey, value: stockValue })
    .from(PartSupp)
    .join(PartSupp.supplier)
    .join(Supplier.nation)
    .where(Nation.c.name.eq("GERMANY"))
    .groupBy(PartSupp.c.partKey)
    .having(
      stockValue.gt(
        select(stockValue.times("0.0001"))
          .from(PartSupp)
          .join(PartSupp.supplier)
          .join(Supplier.nation)
          .where(Nation.c.name.eq("GERMANY"))
          .asScalar(),
      ),
    )
    .orderBy(stockValue.desc()),
).gives<{ ps_partkey: number; value: string | null }>()

export const queries1to11: readonly TpchQuery[] = [
  pricingSummary,
  minimumCostSupplier,
  shippingPriority,
  orderPriorityChecking,
  localSupplierVolume,
  forecastingRevenueChange,
  volumeShipping,
  nationalMarketShare,
  productTypeProfit,
  returnedItems,
  importantStock,
]
