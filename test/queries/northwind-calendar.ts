/** Questions about time, and about who stands where, at Northwind. */
import {
  age,
  aliased,
  avg,
  caseWhen,
  concat,
  count,
  currentRow,
  dateTrunc,
  extract,
  type IsoDate,
  lag,
  max,
  min,
  preceding,
  recursive,
  round,
  rowsBetween,
  select,
  sum,
  value,
} from "rebis"
import { Customer, Employee, Order, OrderDetail, Shipper } from "./northwind-models.ts"
import { ask, type Question, unsupported } from "./question.ts"

const worth = OrderDetail.c.unitPrice.times(OrderDetail.c.quantity).times(value(1).minus(OrderDetail.c.discount))
const plainWorth = "d.unit_price * d.quantity * (1 - d.discount)"

const month = dateTrunc("month", Order.c.orderDate)
const monthly = select({ month, revenue: sum(worth), orders: count(Order.c.orderId) })
  .from(Order)
  .join(Order.lines)
  .where(Order.c.orderDate.isNotNull())
  .groupBy(month)
  .cte("monthly")
const byMonth = ask(
  "how does the revenue of a month compare with the three months up to it and with the month before?",
  select({
    month: monthly.c.month,
    revenue: monthly.c.revenue,
    threeMonths: avg(monthly.c.revenue).over({ orderBy: monthly.c.month, frame: rowsBetween(preceding(2), currentRow) }),
    growth: monthly.c.revenue.minus(lag(monthly.c.revenue).over({ orderBy: monthly.c.month })),
    trend: caseWhen(monthly.c.revenue.gt(lag(monthly.c.revenue).over({ orderBy: monthly.c.month })), "up").else("not up"),
  })
    .from(monthly)
    .orderBy(monthly.c.month),
).gives<{ month: IsoDate | null; revenue: number | null; threeMonths: number | null; growth: number | null; trend: string }>({
  postgresql: `
    with m as (
      select date_trunc('month', o.order_date)::date as m, sum(${plainWorth}) as r
      from orders as o join order_details as d on d.order_id = o.order_id where o.order_date is not null group by 1)
    select m, r, avg(r) over (order by m rows between 2 preceding and current row), r - lag(r) over (order by m),
      case when r > lag(r) over (order by m) then 'up' else 'not up' end from m order by m`,
  sqlite: `
    with m as (
      select strftime('%Y-%m-01', o.order_date) as m, sum(${plainWorth}) as r
      from orders as o join order_details as d on d.order_id = o.order_id where o.order_date is not null group by 1)
    select m, r, avg(r) over (order by m rows between 2 preceding and current row), r - lag(r) over (order by m),
      case when r > lag(r) over (order by m) then 'up' else 'not up' end from m order by m`,
})

const days = Order.c.shippedDate.minus(Order.c.orderDate)
const shippers = ask(
  "how many days pass until an order of each shipper leaves?",
  select({
    shipper: Shipper.c.companyName,
    mean: round(avg(days), 2),
    least: min(days),
    most: max(days),
    open: count().filter(days.isNull()),
  })
    .from(Order)
    .join(Order.shipper)
    .groupBy(Shipper)
    .orderBy(Shipper.c.shipperId),
).gives<{ shipper: string; mean: number | null; least: number | null; most: number | null; open: number }>({
  postgresql: `
    select s.company_name, round(avg(o.shipped_date - o.order_date), 2), min(o.shipped_date - o.order_date), max(o.shipped_date - o.order_date),
      count(*) filter (where o.shipped_date is null)
    from orders as o join shippers as s on s.shipper_id = o.ship_via group by s.shipper_id order by s.shipper_id`,
  sqlite: `
    select s.company_name, round(avg(julianday(o.shipped_date) - julianday(o.order_date)), 2), min(julianday(o.shipped_date) - julianday(o.order_date)),
      max(julianday(o.shipped_date) - julianday(o.order_date)), count(*) filter (where o.shipped_date is null)
    from orders as o join shippers as s on s.shipper_id = o.ship_via group by s.shipper_id order by s.shipper_id`,
})

const boss = aliased(Employee, "boss")
const ages = ask(
  "how old was each employee when hired, and is the boss older?",
  select({
    employee: Employee.c.lastName,
    age: extract("year", age(Employee.c.hireDate, Employee.c.birthDate)),
    boss: boss.c.lastName,
    isBossOlder: boss.c.birthDate.lt(Employee.c.birthDate),
  })
    .from(Employee)
    .leftJoin(boss, Employee.manager)
    .orderBy(Employee.c.employeeId),
).gives<{ employee: string; age: number | null; boss: string | null; isBossOlder: boolean | null }>({
  postgresql: `
    select e.last_name, extract(year from age(e.hire_date, e.birth_date)), b.last_name, b.birth_date < e.birth_date
    from employees as e left join employees as b on b.employee_id = e.reports_to order by e.employee_id`,
  sqlite: unsupported,
})

const above = recursive(
  "above",
  select({ employeeId: Employee.c.employeeId, bossId: Employee.c.reportsTo, distance: value(1) })
    .from(Employee)
    .where(Employee.c.reportsTo.isNotNull()),
  (self) =>
    select({ employeeId: self.c.employeeId, bossId: Employee.c.reportsTo, distance: self.c.distance.plus(1) })
      .from(self)
      .join(Employee, Employee.c.employeeId.eq(self.c.bossId))
      .where(Employee.c.reportsTo.isNotNull()),
)
const orgChart = ask(
  "who is above whom, at what distance, and how many are below each?",
  select({ boss: concat(Employee.c.firstName, " ", Employee.c.lastName), distance: above.c.distance, below: count() })
    .from(above)
    .join(Employee, Employee.c.employeeId.eq(above.c.bossId))
    .groupBy(Employee, above.c.distance)
    .orderBy(Employee.c.employeeId, above.c.distance),
).gives<{ boss: string; distance: number; below: number }>(`
  with recursive a as (
    select employee_id as id, reports_to as boss, 1 as distance from employees where reports_to is not null
    union all
    select a.id, e.reports_to, a.distance + 1 from a join employees as e on e.employee_id = a.boss where e.reports_to is not null)
  select e.first_name || ' ' || e.last_name, a.distance, count(*) from a join employees as e on e.employee_id = a.boss
  group by e.employee_id, e.first_name, e.last_name, a.distance order by e.employee_id, a.distance`)

const quarter = extract("quarter", Order.c.orderDate)
const of = (number: number) => sum(Order.c.freight).filter(quarter.eq(number))
const quarters = ask(
  "what freight was paid in each quarter, side by side?",
  select({ year: extract("year", Order.c.orderDate), q1: of(1), q2: of(2), q3: of(3), q4: of(4) })
    .from(Order)
    .where(Order.c.orderDate.isNotNull())
    .groupBy(extract("year", Order.c.orderDate))
    .orderBy(extract("year", Order.c.orderDate).desc()),
).gives<{ year: number | null; q1: number | null; q2: number | null; q3: number | null; q4: number | null }>({
  postgresql: `
    select extract(year from order_date), sum(case when extract(quarter from order_date) = 1 then freight end),
      sum(case when extract(quarter from order_date) = 2 then freight end), sum(case when extract(quarter from order_date) = 3 then freight end),
      sum(case when extract(quarter from order_date) = 4 then freight end)
    from orders where order_date is not null group by 1 order by 1 desc`,
  sqlite: `
    select cast(strftime('%Y', order_date) as integer), sum(freight) filter (where strftime('%m', order_date) in ('01', '02', '03')),
      sum(freight) filter (where strftime('%m', order_date) in ('04', '05', '06')), sum(freight) filter (where strftime('%m', order_date) in ('07', '08', '09')),
      sum(freight) filter (where strftime('%m', order_date) in ('10', '11', '12'))
    from orders where order_date is not null group by 1 order by 1 desc`,
})

const latest = ask(
  "what is the latest order of each customer of Mexico, in one statement?",
  select({ company: Customer.c.companyName, order: Order })
    .from(Customer)
    .join(Customer.orders)
    .where(Customer.c.country.eq("Mexico"))
    .distinctOn(Customer.c.customerId)
    .orderBy(Customer.c.customerId, Order.c.orderDate.desc(), Order.c.orderId.desc()),
).gives<{ company: string; order: Order }>(
  {
    postgresql: `
      select c.company_name, o.order_id, o.order_date from customers as c join orders as o on o.customer_id = c.customer_id
      where c.country = 'Mexico' and not exists (
        select 1 from orders as later where later.customer_id = c.customer_id and (later.order_date, later.order_id) > (o.order_date, o.order_id))
      order by c.customer_id`,
    sqlite: unsupported,
  },
  ({ company, order }) => [company, order.orderId, order.orderDate],
)

export const calendarQuestions: readonly Question[] = [byMonth, shippers, ages, orgChart, quarters, latest]
