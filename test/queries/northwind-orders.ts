/** Questions about Northwind's orders, customers and employees. */
import {
  aliased,
  avg,
  cast,
  concat,
  count,
  countDistinct,
  exists,
  grouping,
  type IsoDate,
  lag,
  max,
  min,
  not,
  numeric,
  rollup,
  round,
  rowNumber,
  select,
  stddevSamp,
  stringAgg,
  sum,
  unboundedPreceding,
  currentRow,
  rowsBetween,
  value,
} from "rebis"
import { Category, Customer, Employee, Order, OrderDetail, Product, Region, Territory } from "./northwind-models.ts"
import { ask, type Question, unsupported } from "./question.ts"

const worth = OrderDetail.c.unitPrice.times(OrderDetail.c.quantity).times(value(1).minus(OrderDetail.c.discount))
const plainWorth = "d.unit_price * d.quantity * (1 - d.discount)"

const withoutOrders = ask(
  "which customers have never ordered?",
  select({ id: Customer.c.customerId, company: Customer.c.companyName })
    .from(Customer)
    .leftJoin(Customer.orders)
    .where(Order.c.orderId.isNull())
    .orderBy(Customer.c.customerId),
).gives<{ id: string; company: string }>(`
  select customer_id, company_name from customers where customer_id not in (select customer_id from orders where customer_id is not null)
  order by customer_id`)

const isLate = Order.c.shippedDate.gt(Order.c.requiredDate)
const lateShipments = ask(
  "how often does each employee's order leave late?",
  select({
    employee: concat(Employee.c.firstName, " ", Employee.c.lastName),
    orders: count(),
    late: count().filter(isLate),
    percent: round(cast(count().filter(isLate), numeric()).times(100).dividedBy(count()), 1),
  })
    .from(Employee)
    .join(Employee.orders)
    .groupBy(Employee.c.employeeId, Employee.c.firstName, Employee.c.lastName)
    .orderBy(Employee.c.employeeId),
).gives<{ employee: string; orders: number; late: number; percent: string }>(`
  select e.first_name || ' ' || e.last_name, count(*), sum(case when o.shipped_date > o.required_date then 1 else 0 end),
    round(100.0 * sum(case when o.shipped_date > o.required_date then 1 else 0 end) / count(*), 1)
  from employees as e join orders as o on o.employee_id = e.employee_id
  group by e.employee_id, e.first_name, e.last_name order by e.employee_id`)

const revenue = sum(worth)
const ranked = select({
  country: Customer.c.country,
  company: Customer.c.companyName,
  revenue,
  place: rowNumber().over({ partitionBy: Customer.c.country, orderBy: [revenue.desc(), Customer.c.customerId] }),
})
  .from(Customer)
  .join(Customer.orders)
  .join(Order.lines)
  .groupBy(Customer.c.customerId, Customer.c.country, Customer.c.companyName)
  .as("ranked")
const bestPerCountry = ask(
  "who are the three best customers of each country?",
  select({ country: ranked.c.country, place: ranked.c.place, company: ranked.c.company, revenue: ranked.c.revenue })
    .from(ranked)
    .where(ranked.c.place.lte(3))
    .orderBy(ranked.c.country, ranked.c.place),
).gives<{ country: string | null; place: number; company: string; revenue: number | null }>(`
  select country, n, company_name, revenue from (
    select c.country, c.company_name, sum(${plainWorth}) as revenue,
      row_number() over (partition by c.country order by sum(${plainWorth}) desc, c.customer_id) as n
    from customers as c join orders as o on o.customer_id = c.customer_id join order_details as d on d.order_id = o.order_id
    group by c.customer_id, c.country, c.company_name) as q
  where n <= 3 order by country, n`)

const lines = aliased(OrderDetail, "lines")
const everyCategory = ask(
  "which customers have bought from every category?",
  select(Customer.c.companyName)
    .where(
      not(
        exists(
          select(Category).where(
            not(
              exists(
                select(Order)
                  .join(lines, Order.lines)
                  .join(Product, lines.product)
                  .where(Order.c.customerId.eq(Customer.c.customerId), Product.c.categoryId.eq(Category.c.categoryId)),
              ),
            ),
          ),
        ),
      ),
    )
    .orderBy(Customer.c.companyName),
).gives<string>(`
  select c.company_name from customers as c join orders as o on o.customer_id = c.customer_id
  join order_details as d on d.order_id = o.order_id join products as p on p.product_id = d.product_id
  group by c.customer_id, c.company_name having count(distinct p.category_id) = (select count(*) from categories) order by c.company_name`)

const betweenOrders = ask(
  "when did the customer of the most orders order, and when before?",
  select({
    order: Order.c.orderId,
    at: Order.c.orderDate,
    before: lag(Order.c.orderDate).over({ orderBy: [Order.c.orderDate, Order.c.orderId] }),
  })
    .from(Order)
    .where(
      Order.c.customerId.eq(
        select(Order.c.customerId).groupBy(Order.c.customerId).orderBy(count().desc(), Order.c.customerId).limit(1).asScalar(),
      ),
    )
    .orderBy(Order.c.orderDate, Order.c.orderId),
).gives<{ order: number; at: IsoDate | null; before: IsoDate | null }>(`
  select order_id, order_date, lag(order_date) over (order by order_date, order_id) from orders
  where customer_id = (select customer_id from orders group by customer_id order by count(*) desc, customer_id limit 1)
  order by order_date, order_id`)

const firstAndLast = ask(
  "when did each customer of Germany first and last order, and how many different products?",
  select({
    company: Customer.c.companyName,
    first: min(Order.c.orderDate),
    last: max(Order.c.orderDate),
    products: countDistinct(OrderDetail.c.productId),
    contact: max(Customer.c.contactName),
  })
    .from(Customer)
    .leftJoin(Customer.orders)
    .leftJoin(Order.lines)
    .where(Customer.c.country.eq("Germany"))
    .groupBy(Customer.c.companyName)
    .orderBy(Customer.c.companyName),
).gives<{ company: string; first: IsoDate | null; last: IsoDate | null; products: number; contact: string | null }>(`
  select c.company_name, min(o.order_date), max(o.order_date), count(distinct d.product_id), max(c.contact_name)
  from customers as c left join orders as o on o.customer_id = c.customer_id left join order_details as d on d.order_id = o.order_id
  where c.country = 'Germany' group by c.company_name order by c.company_name`)

const byCountryAndCity = ask(
  "what was shipped to each city and country of Scandinavia, and in all?",
  select({
    country: Order.c.shipCountry,
    city: Order.c.shipCity,
    level: grouping(Order.c.shipCountry, Order.c.shipCity),
    orders: count(),
    freight: sum(Order.c.freight),
  })
    .from(Order)
    .where(Order.c.shipCountry.in(["Sweden", "Norway", "Denmark", "Finland"]))
    .groupBy(rollup(Order.c.shipCountry, Order.c.shipCity))
    .orderBy(Order.c.shipCountry.asc().nullsLast(), Order.c.shipCity.asc().nullsLast()),
).gives<{ country: string | null; city: string | null; level: number; orders: number; freight: number | null }>({
  postgresql: `
    select ship_country, ship_city, grouping(ship_country, ship_city), count(*), sum(freight) from orders
    where ship_country in ('Sweden', 'Norway', 'Denmark', 'Finland') group by rollup (ship_country, ship_city)
    order by ship_country nulls last, ship_city nulls last`,
  sqlite: unsupported,
})

const orderWithLines = ask(
  "what is in the largest order, with its customer and products?",
  select(Order)
    .where(Order.c.orderId.eq(select(OrderDetail.c.orderId).groupBy(OrderDetail.c.orderId).orderBy(revenue.desc()).limit(1).asScalar()))
    .with("customer")
    .with("lines", (each) => each.with("product").orderBy(OrderDetail.c.productId)),
).gives<Order & { customer: Customer | null } & { lines: (OrderDetail & { product: Product })[] }>(
  {
    postgresql: `
      select c.company_name, json_agg(json_build_array(p.product_name, d.quantity) order by d.product_id)
      from orders as o join customers as c on c.customer_id = o.customer_id
      join order_details as d on d.order_id = o.order_id join products as p on p.product_id = d.product_id
      where o.order_id = (select order_id from order_details as d group by order_id order by sum(${plainWorth}) desc limit 1)
      group by c.company_name`,
    sqlite: `
      select c.company_name, json_group_array(json_array(p.product_name, d.quantity) order by d.product_id)
      from orders as o join customers as c on c.customer_id = o.customer_id
      join order_details as d on d.order_id = o.order_id join products as p on p.product_id = d.product_id
      where o.order_id = (select order_id from order_details as d group by order_id order by sum(${plainWorth}) desc limit 1)
      group by c.company_name`,
  },
  (order) => [order.customer?.companyName, order.lines.map(({ product, quantity }) => [product.productName, quantity])],
)

const territories = ask(
  "which employees cover which territories of each region?",
  select({
    region: Region.c.regionDescription,
    employee: Employee.c.lastName,
    territories: stringAgg(Territory.c.territoryDescription, ",").distinct().orderBy(Territory.c.territoryDescription),
  })
    .from(Employee)
    .join(Employee.territories)
    .join(Territory.region)
    .groupBy(Region.c.regionId, Region.c.regionDescription, Employee.c.employeeId, Employee.c.lastName)
    .orderBy(Region.c.regionId, Employee.c.lastName),
).gives<{ region: string; employee: string; territories: string | null }>({
  postgresql: `
    select r.region_description, e.last_name, string_agg(distinct t.territory_description, ',' order by t.territory_description)
    from employees as e join employee_territories as et on et.employee_id = e.employee_id
    join territories as t on t.territory_id = et.territory_id join region as r on r.region_id = t.region_id
    group by r.region_id, r.region_description, e.employee_id, e.last_name order by r.region_id, e.last_name`,
  sqlite: `
    select r.region_description, e.last_name, group_concat(distinct t.territory_description order by t.territory_description)
    from employees as e join employee_territories as et on et.employee_id = e.employee_id
    join territories as t on t.territory_id = et.territory_id join region as r on r.region_id = t.region_id
    group by r.region_id, r.region_description, e.employee_id, e.last_name order by r.region_id, e.last_name`,
})

const perProduct = select({ product: Product.c.productName, revenue })
  .from(OrderDetail)
  .join(OrderDetail.product)
  .groupBy(Product.c.productId, Product.c.productName)
  .as("per_product")
const running = sum(perProduct.c.revenue).over({
  orderBy: perProduct.c.revenue.desc(),
  frame: rowsBetween(unboundedPreceding, currentRow),
})
const cumulated = select({
  product: perProduct.c.product,
  revenue: perProduct.c.revenue,
  share: running.dividedBy(sum(perProduct.c.revenue).over()),
})
  .from(perProduct)
  .as("cumulated")
const half = ask(
  "which products bring the first half of the revenue?",
  select(cumulated).where(cumulated.c.share.lte(0.5)).orderBy(cumulated.c.revenue.desc()),
).gives<{ product: string; revenue: number | null; share: number | null }>(`
  select product_name, revenue, share from (
    select product_name, revenue, sum(revenue) over (order by revenue desc) / sum(revenue) over () as share from (
      select p.product_name, sum(${plainWorth}) as revenue from order_details as d join products as p on p.product_id = d.product_id
      group by p.product_id, p.product_name) as q) as r
  where share <= 0.5 order by revenue desc`)

const spread = ask(
  "how do the worths of orders spread in each country of shipping?",
  select({ country: Order.c.shipCountry, mean: avg(Order.c.freight), spread: stddevSamp(Order.c.freight) })
    .from(Order)
    .groupBy(Order.c.shipCountry)
    .having(count().gt(30))
    .orderBy(Order.c.shipCountry),
).gives<{ country: string | null; mean: number | null; spread: number | null }>({
  postgresql: `
    select ship_country, avg(freight), stddev_samp(freight) from orders group by ship_country having count(*) > 30 order by ship_country`,
  sqlite: unsupported,
})

export const orderQuestions: readonly Question[] = [
  withoutOrders,
  lateShipments,
  bestPerCountry,
  everyCategory,
  betweenOrders,
  firstAndLast,
  byCountryAndCity,
  orderWithLines,
  territories,
  half,
  spread,
]
