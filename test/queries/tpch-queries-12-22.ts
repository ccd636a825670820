import {
  aliased,
  and,
  cast,
  date,
  interval,
  avg,
  caseWhen,
  count,
  countDistinct,
  exists,
  type IsoDate,
  max,
  not,
  numeric,
  or,
  select,
  substring,
  sum,
  value,
} from "rebis"
import { Customer, LineItem, Nation, Order, Part, PartSupp, Supplier } from "./tpch-models.ts"
import { query, type TpchQuery } from "./tpch-query.ts"

const day = (text: string) => value(text, date())
const discounted = LineItem.c.extendedPrice.times(value(1).minus(LineItem.c.discount))

/** 12: late lines by way of shipping, of important orders and of the others. */
const isUrgent = or(Order.c.priority.eq("1-URGENT"), Order.c.priority.eq("2-HIGH"))
const shippingModes = query(
  12,
  select({
    l_shipmode: LineItem.c.shipMode,
    high_line_count: sum(caseWhen(isUrgent, 1).else(0)),
    low_line_count: sum(caseWhen(and(Order.c.priority.ne("1-URGENT"), Order.c.priority.ne("2-HIGH")), 1).else(0)),
  })
    .from(LineItem)
    .join(LineItem.order)
    .where(
      LineItem.c.shipMode.in(["MAIL", "SHIP"]),
      LineItem.c.commitDate.lt(LineItem.c.receiptDate),
      LineItem.c.shipDate.lt(LineItem.c.commitDate),
      LineItem.c.receiptDate.gte("1994-01-01"),
      LineItem.c.receiptDate.lt(day("1994-01-01").plus(interval("P1Y"))),
    )
    .groupBy(LineItem.c.shipMode)
    .orderBy(LineItem.c.shipMode),
).gives<{ l_shipmode: string; high_line_count: number | null; low_line_count: number | null }>()

/** 13: how many customers have how many orders. */
const cOrders = select({ c_custkey: Customer.c.custKey, c_count: count(Order.c.orderKey) })
  .from(Customer)
  .leftJoin(Order, and(Order.c.custKey.eq(Customer.c.custKey), Order.c.comment.notLike("%special%requests%")))
  .groupBy(Customer.c.custKey)
  .as("c_orders")
const custdist = count()
const customerDistribution = query(
  13,
  select({ c_count: cOrders.c.c_count, custdist })
    .from(cOrders)
    .groupBy(cOrders.c.c_count)
    .orderBy(custdist.desc(), cOrders.c.c_count.desc()),
).gives<{ c_count: number; custdist: number }>()

/** 14: the share of promoted parts in a month's revenue. */
const promotionEffect = query(
  14,
  select({
    promo_revenue: value("100.00", numeric())
      .times(sum(caseWhen(Part.c.type.startsWith("PROMO"), discounted).else("0")))
      .dividedBy(sum(discounted)),
  })
    .from(LineItem)
    .join(LineItem.part)
    .where(LineItem.c.shipDate.gte("1995-09-01"), LineItem.c.shipDate.lt(day("1995-09-01").plus(interval("P1M")))),
).gives<{ promo_revenue: string | null }>()

/** 15: the suppliers of the highest revenue of a quarter. */
const revenue = select({ supplier_no: LineItem.c.suppKey, total_revenue: sum(discounted) })
  .from(LineItem)
  .where(LineItem.c.shipDate.gte("1996-01-01"), LineItem.c.shipDate.lt(day("1996-01-01").plus(interval("P3M"))))
  .groupBy(LineItem.c.suppKey)
  .cte("revenue")
const topSupplier = query(
  15,
  select({
    s_suppkey: Supplier.c.suppKey,
    s_name: Supplier.c.name,
    s_address: Supplier.c.address,
    s_phone: Supplier.c.phone,
    total_revenue: revenue.c.total_revenue,
  })
    .from(Supplier)
    .join(revenue, revenue.c.supplier_no.eq(Supplier.c.suppKey))
    .where(revenue.c.total_revenue.eq(select(max(revenue.c.total_revenue)).from(revenue).asScalar()))
    .orderBy(Supplier.c.suppKey),
).gives<{ s_suppkey: number; s_name: string; s_address: string; s_phone: string; total_revenue: string | null }>()

/** 16: how many suppliers without complaints can deliver parts of a kind. */
const supplierCnt = countDistinct(PartSupp.c.suppKey)
const partsSupplierRelationship = query(
  16,
  select({ p_brand: Part.c.brand, p_type: Part.c.type, p_size: Part.c.size, supplier_cnt: supplierCnt })
    .from(PartSupp)
    .join(PartSupp.part)
    .where(
      Part.c.brand.ne("Brand#45"),
      not(Part.c.type.startsWith("MEDIUM POLISHED")),
      Part.c.size.in([49, 14, 23, 45, 19, 3, 36, 9]),
      PartSupp.c.suppKey.notIn(select(Supplier.c.suppKey).where(Supplier.c.comment.like("%Customer%Complaints%"))),
    )
    .groupBy(Part.c.brand, Part.c.type, Part.c.size)
    .orderBy(supplierCnt.desc(), Part.c.brand, Part.c.type, Part.c.size),
).gives<{ p_brand: string; p_type: string; p_size: number; supplier_cnt: number }>()

/** 17: what small orders of a kind of part bring in a year. */
const ofPart = aliased(LineItem, "of_part")
const smallQuantityRevenue = query(
  17,
  select({ avg_yearly: sum(LineItem.c.extendedPrice).dividedBy("7.0") })
    .from(LineItem)
    .join(LineItem.part)
    .where(
      Part.c.brand.eq("Brand#23"),
      Part.c.container.eq("MED BOX"),
      LineItem.c.quantity.lt(
        select(avg(ofPart.c.quantity).times("0.2")).from(ofPart).where(ofPart.c.partKey.eq(Part.c.partKey)).asScalar(),
      ),
    ),
).gives<{ avg_yearly: string | null }>()

/** 18: the customers of very large orders. */
const largeVolumeCustomer = query(
  18,
  select({
    c_name: Customer.c.name,
    c_custkey: Customer.c.custKey,
    o_orderkey: Order.c.orderKey,
    o_orderdate: Order.c.orderDate,
    o_totalprice: Order.c.totalPrice,
    total_quantity: sum(LineItem.c.quantity),
  })
    .from(Customer)
    .join(Customer.orders)
    .join(Order.lines)
    .where(Order.c.orderKey.in(select(LineItem.c.orderKey).groupBy(LineItem.c.orderKey).having(sum(LineItem.c.quantity).gt("300"))))
    .groupBy(Customer.c.name, Customer.c.custKey, Order.c.orderKey, Order.c.orderDate, Order.c.totalPrice)
    .orderBy(Order.c.totalPrice.desc(), Order.c.orderDate)
    .limit(100),
).gives<{
  c_name: string
  c_custkey: number
  o_orderkey: number
  o_orderdate: IsoDate
  o_totalprice: string
  total_quantity: string | null
}>()

/** 19: the revenue of parts by brand, container and quantity. */
const ofKind = (brand: string, containers: readonly string[], [from, to]: readonly [number, number], size: number) =>
  and(
    Part.c.brand.eq(brand),
    Part.c.container.in(containers),
    LineItem.c.quantity.gte(String(from)),
    LineItem.c.quantity.lte(String(to)),
    Part.c.size.between(1, size),
    LineItem.c.shipMode.in(["AIR", "AIR REG"]),
    LineItem.c.shipInstruct.eq("DELIVER IN PERSON"),
  )
const discountedRevenue = query(
  19,
  select({ revenue: sum(discounted) })
    .from(LineItem)
    .join(LineItem.part)
    .where(
      or(
        ofKind("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], [1, 11], 5),
        ofKind("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], [10, 20], 10),
        ofKind("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], [20, 30], 15),
      ),
    ),
).gives<{ revenue: string | null }>()

/** 20: the suppliers of a nation who hold more of a kind of part than was ordered. */
const potentialPromotion = query(
  20,
  select({ s_name: Supplier.c.name, s_address: Supplier.c.address })
    .from(Supplier)
    .join(Supplier.nation)
    .where(
      Nation.c.name.eq("CANADA"),
      Supplier.c.suppKey.in(
        select(PartSupp.c.suppKey).where(
          PartSupp.c.partKey.in(select(Part.c.partKey).where(Part.c.name.startsWith("forest"))),
          cast(PartSupp.c.availQty, numeric()).gt(
            select(sum(LineItem.c.quantity).times("0.5"))
              .from(LineItem)
              .where(
                LineItem.c.partKey.eq(PartSupp.c.partKey),
                LineItem.c.suppKey.eq(PartSupp.c.suppKey),
                LineItem.c.shipDate.gte("1994-01-01"),
                LineItem.c.shipDate.lt(day("1994-01-01").plus(interval("P1Y"))),
              )
              .asScalar(),
          ),
        ),
      ),
    )
    .orderBy(Supplier.c.name),
).gives<{ s_name: string; s_address: string }>()

/** 21: the suppliers for whom orders waited, being the only late ones. */
const [l1, l2, l3] = [aliased(LineItem, "l1"), aliased(LineItem, "l2"), aliased(LineItem, "l3")]
const numwait = count()
const suppliersWhoKeptOrdersWaiting = query(
  21,
  select({ s_name: Supplier.c.name, numwait })
    .from(l1)
    .join(l1.supplier)
    .join(l1.order)
    .join(Supplier.nation)
    .where(
      Order.c.status.eq("F"),
      l1.c.receiptDate.gt(l1.c.commitDate),
      exists(select(l2).where(l2.c.orderKey.eq(l1.c.orderKey), l2.c.suppKey.ne(l1.c.suppKey))),
      not(exists(select(l3).where(l3.c.orderKey.eq(l1.c.orderKey), l3.c.suppKey.ne(l1.c.suppKey), l3.c.receiptDate.gt(l3.c.commitDate)))),
      Nation.c.name.eq("SAUDI ARABIA"),
    )
    .groupBy(Supplier.c.name)
    .orderBy(numwait.desc(), Supplier.c.name)
    .limit(100),
).gives<{ s_name: string; numwait: number }>()

/** 22: customers of good standing who have not ordered, by the country code of their phone. */
const countryCode = substring(Customer.c.phone, 1, 2)
const codes = ["13", "31", "23", "29", "30", "18", "17"]
const custsale = select({ cntrycode: countryCode, c_acctbal: Customer.c.acctbal })
  .from(Customer)
  .where(
    countryCode.in(codes),
    Customer.c.acctbal.gt(
      select(avg(Customer.c.acctbal)).from(Customer).where(Customer.c.acctbal.gt("0.00"), countryCode.in(codes)).asScalar(),
    ),
    not(exists(select(Order).where(Order.c.custKey.eq(Customer.c.custKey)))),
  )
  .as("custsale")
const globalSalesOpportunity = query(
  22,
  select({ cntrycode: custsale.c.cntrycode, numcust: count(), totacctbal: sum(custsale.c.c_acctbal) })
    .from(custsale)
    .groupBy(custsale.c.cntrycode)
    .orderBy(custsale.c.cntrycode),
).gives<{ cntrycode: string; numcust: number; totacctbal: string | null }>()

export const queries12to22: readonly TpchQuery[] = [
  shippingModes,
  customerDistribution,
  promotionEffect,
  topSupplier,
  partsSupplierRelationship,
  smallQuantityRevenue,
  largeVolumeCustomer,
  discountedRevenue,
  potentialPromotion,
  suppliersWhoKeptOrdersWaiting,
  globalSalesOpportunity,
]
