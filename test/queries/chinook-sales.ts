/** Questions about what Chinook sold, to whom, and by whom. */
import {
  avg,
  concat,
  count,
  countDistinct,
  currentRow,
  type IsoDateTime,
  ntile,
  preceding,
  rank,
  recursive,
  round,
  rowsBetween,
  select,
  sum,
  value,
} from "rebis"
import { Customer, Employee, Genre, Invoice, InvoiceLine, Track } from "./chinook-models.ts"
import { ask, type Question, unsupported } from "./question.ts"

const fullName = concat(Customer.c.firstName, " ", Customer.c.lastName)
const spent = sum(Invoice.c.total)

const topCustomers = ask(
  "which ten customers spent the most?",
  select({ customer: fullName, country: Customer.c.country, spent, invoices: count() })
    .from(Customer)
    .join(Customer.invoices)
    .groupBy(Customer.c.customerId, Customer.c.firstName, Customer.c.lastName, Customer.c.country)
    .orderBy(spent.desc(), Customer.c.customerId)
    .limit(10),
).gives<{ customer: string; country: string | null; spent: string | null; invoices: number }>(`
  select c.first_name || ' ' || c.last_name, c.country, sum(i.total), count(*)
  from customer as c join invoice as i on i.customer_id = c.customer_id
  group by c.customer_id, c.first_name, c.last_name, c.country order by sum(i.total) desc, c.customer_id limit 10`)

const sales = sum(Invoice.c.total)
const supportShares = ask(
  "what did each support agent sell, and which share of everything?",
  select({
    agent: Employee.c.lastName,
    customers: countDistinct(Customer.c.customerId),
    sales,
    percent: round(sales.times("100").dividedBy(sum(sales).over()), 1),
  })
    .from(Employee)
    .join(Employee.customers)
    .join(Customer.invoices)
    .groupBy(Employee.c.employeeId, Employee.c.lastName)
    .orderBy(sales.desc()),
).gives<{ agent: string; customers: number; sales: string | null; percent: string | null }>(`
  select e.last_name, count(distinct c.customer_id), sum(i.total), round(100 * sum(i.total) / sum(sum(i.total)) over (), 1)
  from employee as e join customer as c on c.support_rep_id = e.employee_id join invoice as i on i.customer_id = c.customer_id
  group by e.employee_id, e.last_name order by sum(i.total) desc`)

const bought = sum(InvoiceLine.c.quantity)
const byGenre = select({
  country: Invoice.c.billingCountry,
  genre: Genre.c.name,
  bought,
  place: rank().over({ partitionBy: Invoice.c.billingCountry, orderBy: bought.desc() }),
})
  .from(Invoice)
  .join(Invoice.lines)
  .join(InvoiceLine.track)
  .join(Track.genre)
  .groupBy(Invoice.c.billingCountry, Genre.c.name)
  .as("by_genre")
const favouriteGenres = ask(
  "which genre sells best in each country, ties included?",
  select({ country: byGenre.c.country, genre: byGenre.c.genre, bought: byGenre.c.bought })
    .from(byGenre)
    .where(byGenre.c.place.eq(1))
    .orderBy(byGenre.c.country, byGenre.c.genre),
).gives<{ country: string | null; genre: string | null; bought: number | null }>(`
  select country, genre, n from (
    select i.billing_country as country, g.name as genre, sum(l.quantity) as n,
      rank() over (partition by i.billing_country order by sum(l.quantity) desc) as place
    from invoice as i join invoice_line as l on l.invoice_id = i.invoice_id join track as t on t.track_id = l.track_id
    join genre as g on g.genre_id = t.genre_id group by i.billing_country, g.name) as q
  where place = 1 order by country, genre`)

const perCustomer = select({
  customerId: Invoice.c.customerId,
  spent,
  quarter: ntile(4).over({ orderBy: [spent.desc(), Invoice.c.customerId] }),
})
  .from(Invoice)
  .groupBy(Invoice.c.customerId)
  .as("per_customer")
const quarters = ask(
  "how much does each quarter of the customers bring?",
  select({ quarter: perCustomer.c.quarter, customers: count(), sales: sum(perCustomer.c.spent), mean: round(avg(perCustomer.c.spent), 2) })
    .from(perCustomer)
    .groupBy(perCustomer.c.quarter)
    .orderBy(perCustomer.c.quarter),
).gives<{ quarter: number; customers: number; sales: string | null; mean: string | null }>(`
  select q, count(*), sum(s), round(avg(s), 2) from (
    select customer_id, sum(total) as s, ntile(4) over (order by sum(total) desc, customer_id) as q from invoice group by customer_id) as p
  group by q order by q`)

const movingAverages = ask(
  "how does the mean of a customer's last three invoices move?",
  select({
    customer: Invoice.c.customerId,
    invoice: Invoice.c.invoiceId,
    total: Invoice.c.total,
    mean: round(
      avg(Invoice.c.total).over({
        partitionBy: Invoice.c.customerId,
        orderBy: [Invoice.c.invoiceDate, Invoice.c.invoiceId],
        frame: rowsBetween(preceding(2), currentRow),
      }),
      2,
    ),
  })
    .from(Invoice)
    .where(Invoice.c.customerId.lte(5))
    .orderBy(Invoice.c.customerId, Invoice.c.invoiceDate, Invoice.c.invoiceId),
).gives<{ customer: number; invoice: number; total: string; mean: string | null }>(`
  select customer_id, invoice_id, total, round(avg(total) over
    (partition by customer_id order by invoice_date, invoice_id rows between 2 preceding and current row), 2)
  from invoice where customer_id <= 5 order by customer_id, invoice_date, invoice_id`)

const newest = select({ invoiceId: Invoice.c.invoiceId, at: Invoice.c.invoiceDate, total: Invoice.c.total })
  .where(Invoice.c.customerId.eq(Customer.c.customerId))
  .orderBy(Invoice.c.invoiceDate.desc(), Invoice.c.invoiceId.desc())
  .limit(2)
  .lateral("newest")
const newestInvoices = ask(
  "which are the two newest invoices of each customer in Germany?",
  select({ customer: fullName, invoice: newest })
    .from(Customer)
    .join(newest)
    .where(Customer.c.country.eq("Germany"))
    .orderBy(Customer.c.customerId, newest.c.at.desc(), newest.c.invoiceId.desc()),
).gives<{ customer: string; invoice: { invoiceId: number; at: IsoDateTime; total: string } }>({
  postgresql: `
    select c.first_name || ' ' || c.last_name, i.invoice_id, i.invoice_date, i.total
    from customer as c join lateral (select * from invoice where customer_id = c.customer_id order by invoice_date desc, invoice_id desc limit 2) as i on true
    where c.country = 'Germany' order by c.customer_id, i.invoice_date desc, i.invoice_id desc`,
  sqlite: unsupported,
})

const totalOf = (from: string, to: string) => sum(Invoice.c.total).filter(Invoice.c.invoiceDate.gte(from), Invoice.c.invoiceDate.lt(to))
const salesByYear = ask(
  "what did each country buy in each of three years, side by side?",
  select({
    country: Invoice.c.billingCountry,
    y2021: totalOf("2021-01-01T00:00:00", "2022-01-01T00:00:00"),
    y2022: totalOf("2022-01-01T00:00:00", "2023-01-01T00:00:00"),
    y2023: totalOf("2023-01-01T00:00:00", "2024-01-01T00:00:00"),
    invoices: count(),
  })
    .from(Invoice)
    .groupBy(Invoice.c.billingCountry)
    .orderBy(Invoice.c.billingCountry),
).gives<{ country: string | null; y2021: string | null; y2022: string | null; y2023: string | null; invoices: number }>(`
  select billing_country, sum(case when invoice_date < '2022-01-01' then total end),
    sum(case when invoice_date >= '2022-01-01' and invoice_date < '2023-01-01' then total end),
    sum(case when invoice_date >= '2023-01-01' and invoice_date < '2024-01-01' then total end), count(*)
  from invoice group by billing_country order by billing_country`)

const mean = avg(Invoice.c.total)
const aboveAverage = ask(
  "in which countries is a mean invoice above that of everybody?",
  select({ country: Invoice.c.billingCountry, mean: round(mean, 2) })
    .from(Invoice)
    .groupBy(Invoice.c.billingCountry)
    .having(mean.gt(select(avg(Invoice.c.total)).from(Invoice).asScalar()))
    .orderBy(Invoice.c.billingCountry),
).gives<{ country: string | null; mean: string | null }>(`
  select billing_country, round(avg(total), 2) from invoice group by billing_country
  having avg(total) > (select avg(total) from invoice) order by billing_country`)

const below = recursive(
  "below",
  select({ id: Employee.c.employeeId, name: Employee.c.lastName, depth: value(0), path: concat("/", Employee.c.lastName) })
    .from(Employee)
    .where(Employee.c.reportsTo.isNull()),
  (self) =>
    select({
      id: Employee.c.employeeId,
      name: Employee.c.lastName,
      depth: self.c.depth.plus(1),
      path: concat(self.c.path, "/", Employee.c.lastName),
    })
      .from(Employee)
      .join(self, self.c.id.eq(Employee.c.reportsTo)),
)
const hierarchy = ask(
  "who is below whom, and how many customers has each?",
  select({ name: below.c.name, depth: below.c.depth, path: below.c.path, customers: count(Customer.c.customerId) })
    .from(below)
    .leftJoin(Customer, Customer.c.supportRepId.eq(below.c.id))
    .groupBy(below.c.id, below.c.name, below.c.depth, below.c.path)
    .orderBy(below.c.path),
).gives<{ name: string; depth: number; path: string; customers: number }>(`
  with recursive b as (
    select employee_id as id, last_name, 0 as depth, '/' || last_name as path from employee where reports_to is null
    union all
    select e.employee_id, e.last_name, b.depth + 1, b.path || '/' || e.last_name from employee as e join b on b.id = e.reports_to)
  select b.last_name, b.depth, b.path, count(c.customer_id) from b left join customer as c on c.support_rep_id = b.id
  group by b.id, b.last_name, b.depth, b.path order by b.path`)

const people = select({ kind: value("customer"), city: Customer.c.city, name: Customer.c.lastName })
  .from(Customer)
  .where(Customer.c.country.eq("Canada"))
  .unionAll(select({ kind: value("employee"), city: Employee.c.city, name: Employee.c.lastName }).from(Employee))
const addressBook = ask("who of customers and employees lives where in Canada?", people.orderBy("city", "kind", "name")).gives<{
  kind: string
  city: string | null
  name: string
}>(`
  select 'customer' as kind, city, last_name from customer where country = 'Canada'
  union all select 'employee', city, last_name from employee order by 2, 1, 3`)

export const salesQuestions: readonly Question[] = [
  topCustomers,
  supportShares,
  favouriteGenres,
  quarters,
  movingAverages,
  newestInvoices,
  salesByYear,
  aboveAverage,
  hierarchy,
  addressBook,
]
