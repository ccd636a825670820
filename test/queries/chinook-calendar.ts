/** Questions about when Chinook sold what. */
import {
  and,
  cast,
  coalesce,
  count,
  countDistinct,
  date,
  dateTrunc,
  extract,
  generateSeries,
  type IsoDate,
  type IsoDateTime,
  lag,
  max,
  min,
  nullif,
  numeric,
  rank,
  round,
  rowNumber,
  select,
  sum,
} from "rebis"
import { Customer, Invoice } from "./chinook-models.ts"
import { ask, type Question } from "./question.ts"

const month = dateTrunc("month", Invoice.c.invoiceDate)
const sales = sum(Invoice.c.total)
const byMonth = ask(
  "what was sold in each month of two years, in all up to then, and how good a month of its year was it?",
  select({
    month,
    sales,
    soFar: sum(sales).over({ orderBy: month }),
    place: rank().over({ partitionBy: dateTrunc("year", month), orderBy: sales.desc() }),
  })
    .from(Invoice)
    .where(Invoice.c.invoiceDate.lt("2023-01-01T00:00:00"))
    .groupBy(month)
    .orderBy(month),
).gives<{ month: IsoDateTime; sales: string | null; soFar: string | null; place: number }>({
  postgresql: `
    select m, s, sum(s) over (order by m), rank() over (partition by extract(year from m) order by s desc) from (
      select date_trunc('month', invoice_date) as m, sum(total) as s from invoice where invoice_date < '2023-01-01' group by 1) as q order by m`,
  sqlite: `
    select m || '-01T00:00:00', s, round(sum(s) over (order by m), 2), rank() over (partition by substr(m, 1, 4) order by round(s, 2) desc) from (
      select strftime('%Y-%m', invoice_date) as m, sum(total) as s from invoice where invoice_date < '2023-01-01' group by 1) order by m`,
})

const year = extract("year", Invoice.c.invoiceDate)
const yearly = select({ year, sales, customers: countDistinct(Invoice.c.customerId) })
  .from(Invoice)
  .groupBy(year)
  .cte("yearly")
const before = lag(yearly.c.sales).over({ orderBy: yearly.c.year })
const growth = ask(
  "by how many percent did the sales of each year grow?",
  select({
    year: yearly.c.year,
    sales: yearly.c.sales,
    customers: yearly.c.customers,
    growth: round(yearly.c.sales.minus(before).times(100).dividedBy(nullif(before, "0")), 2),
  })
    .from(yearly)
    .orderBy(yearly.c.year),
).gives<{ year: number; sales: string | null; customers: number; growth: string | null }>({
  postgresql: `
    with y as (select extract(year from invoice_date) as y, sum(total) as s, count(distinct customer_id) as n from invoice group by 1)
    select y, s, n, round((s - lag(s) over (order by y)) * 100 / lag(s) over (order by y), 2) from y order by y`,
  sqlite: `
    with y as (select cast(strftime('%Y', invoice_date) as integer) as y, sum(total) as s, count(distinct customer_id) as n from invoice group by 1)
    select y, s, n, round((s - lag(s) over (order by y)) * 100 / lag(s) over (order by y), 2) from y order by y`,
})

// Months in a row: a month's number less its place among the customer's months is the same for all of a streak.
const monthNumber = extract("year", Invoice.c.invoiceDate).times(12).plus(extract("month", Invoice.c.invoiceDate))
const months = select({ customerId: Invoice.c.customerId, month: monthNumber }).from(Invoice).distinct().as("months")
const streaks = select({
  customerId: months.c.customerId,
  month: months.c.month,
  streak: months.c.month.minus(rowNumber().over({ partitionBy: months.c.customerId, orderBy: months.c.month })),
})
  .from(months)
  .as("streaks")
const inARow = count()
const longestStreaks = ask(
  "which customers bought in at least two months in a row?",
  select({ customer: Customer.c.lastName, inARow, from: min(streaks.c.month) })
    .from(streaks)
    .join(Customer, Customer.c.customerId.eq(streaks.c.customerId))
    .groupBy(Customer.c.customerId, streaks.c.streak)
    .having(inARow.gte(2))
    .orderBy(inARow.desc(), Customer.c.customerId, min(streaks.c.month)),
).gives<{ customer: string; inARow: number; from: number | null }>({
  postgresql: `
    select c.last_name, count(*), min(m) from (
      select customer_id, m, m - row_number() over (partition by customer_id order by m) as g from (
        select distinct customer_id, (extract(year from invoice_date) * 12 + extract(month from invoice_date))::int as m from invoice) as a) as b
    join customer as c on c.customer_id = b.customer_id group by c.customer_id, g having count(*) >= 2 order by 2 desc, c.customer_id, 3`,
  sqlite: `
    select c.last_name, count(*), min(m) from (
      select customer_id, m, m - row_number() over (partition by customer_id order by m) as g from (
        select distinct customer_id, strftime('%Y', invoice_date) * 12 + strftime('%m', invoice_date) as m from invoice) as a) as b
    join customer as c on c.customer_id = b.customer_id group by c.customer_id, g having count(*) >= 2 order by 2 desc, c.customer_id, 3`,
})

const day = cast(Invoice.c.invoiceDate, date())
const visits = select({
  customerId: Invoice.c.customerId,
  day,
  pause: day.minus(lag(day).over({ partitionBy: Invoice.c.customerId, orderBy: [day, Invoice.c.invoiceId] })),
})
  .from(Invoice)
  .as("visits")
const pauses = ask(
  "how many days did each customer of Brazil stay away at most?",
  select({ customer: Customer.c.lastName, first: min(visits.c.day), longest: max(visits.c.pause) })
    .from(visits)
    .join(Customer, Customer.c.customerId.eq(visits.c.customerId))
    .where(Customer.c.country.eq("Brazil"))
    .groupBy(Customer.c.customerId)
    .orderBy(Customer.c.customerId),
).gives<{ customer: string; first: IsoDate | null; longest: number | null }>({
  postgresql: `
    select c.last_name, min(d), max(p) from (
      select customer_id, invoice_date::date as d, invoice_date::date - lag(invoice_date::date) over (partition by customer_id order by invoice_date, invoice_id) as p
      from invoice) as q
    join customer as c on c.customer_id = q.customer_id where c.country = 'Brazil' group by c.customer_id order by c.customer_id`,
  sqlite: `
    select c.last_name, min(d), max(p) from (
      select customer_id, date(invoice_date) as d,
        julianday(date(invoice_date)) - julianday(lag(date(invoice_date)) over (partition by customer_id order by invoice_date, invoice_id)) as p
      from invoice) as q
    join customer as c on c.customer_id = q.customer_id where c.country = 'Brazil' group by c.customer_id order by c.customer_id`,
})

const weekday = extract("isodow", Invoice.c.invoiceDate)
const weekdays = ask(
  "on which weekdays do most invoices fall, and how many on weekends by country?",
  select({
    country: Invoice.c.billingCountry,
    weekdays: count().filter(weekday.lte(5)),
    weekends: count().filter(weekday.gt(5)),
    share: round(
      cast(count().filter(weekday.gt(5)), numeric())
        .times(100)
        .dividedBy(count()),
      1,
    ),
  })
    .from(Invoice)
    .groupBy(Invoice.c.billingCountry)
    .orderBy(Invoice.c.billingCountry),
).gives<{ country: string | null; weekdays: number; weekends: number; share: string }>({
  postgresql: `
    select billing_country, sum(case when extract(isodow from invoice_date) <= 5 then 1 else 0 end), sum(case when extract(isodow from invoice_date) > 5 then 1 else 0 end),
      round(sum(case when extract(isodow from invoice_date) > 5 then 100.0 else 0 end) / count(*), 1)
    from invoice group by billing_country order by billing_country`,
  sqlite: `
    select billing_country, sum(strftime('%u', invoice_date) <= '5'), sum(strftime('%u', invoice_date) > '5'),
      round(sum(strftime('%u', invoice_date) > '5') * 100.0 / count(*), 1)
    from invoice group by billing_country order by billing_country`,
})

const number = generateSeries(0, 11).as("number")
const monthOf = extract("month", Invoice.c.invoiceDate)
const everyMonth = ask(
  "how many invoices has Italy in each month of a year, none included?",
  select({ month: number.c.value.plus(1), invoices: count(Invoice.c.invoiceId), sales: coalesce(sum(Invoice.c.total), "0") })
    .from(number)
    .leftJoin(
      Invoice,
      and(
        monthOf.eq(number.c.value.plus(1)),
        Invoice.c.billingCountry.eq("Italy"),
        Invoice.c.invoiceDate.between("2022-01-01T00:00:00", "2022-12-31T23:59:59"),
      ),
    )
    .groupBy(number.c.value)
    .orderBy(number.c.value),
).gives<{ month: number; invoices: number; sales: string }>({
  postgresql: `
    select n, count(i.invoice_id), coalesce(sum(i.total), 0) from generate_series(1, 12) as n
    left join invoice as i on extract(month from i.invoice_date) = n and i.billing_country = 'Italy' and extract(year from i.invoice_date) = 2022
    group by n order by n`,
  sqlite: `
    with recursive m (n) as (select 1 union all select n + 1 from m where n < 12)
    select n, count(i.invoice_id), coalesce(sum(i.total), 0) from m
    left join invoice as i on cast(strftime('%m', i.invoice_date) as integer) = n and i.billing_country = 'Italy' and strftime('%Y', i.invoice_date) = '2022'
    group by n order by n`,
})

export const calendarQuestions: readonly Question[] = [byMonth, growth, longestStreaks, pauses, weekdays, everyMonth]
