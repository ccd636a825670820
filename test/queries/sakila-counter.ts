/** What a clerk at Sakila's counter, and those who run it, ask and do. */
import { aliased, count, dateTrunc, exists, extract, interval, type IsoDateTime, max, merge, not, select, sum, update } from "rebis"
import { ask, type Question } from "./question.ts"
import { Actor, Address, Category, City, Customer, Film, FilmActor, Inventory, Payment, Rental } from "./sakila-models.ts"

const copy = ask(
  "which copy of a film can be lent now, without waiting for a colleague?",
  select(Inventory)
    .join(Inventory.film)
    .where(
      Film.c.title.eq("ACADEMY DINOSAUR"),
      Inventory.c.storeId.eq(1),
      not(exists(select(Rental).where(Rental.c.inventoryId.eq(Inventory.c.inventoryId), Rental.c.returnDate.isNull()))),
    )
    .orderBy(Inventory.c.inventoryId)
    .limit(1)
    .forUpdate({ of: [Inventory], skipLocked: true }),
).gives<Inventory>(`
  select i.inventory_id, i.film_id, i.store_id from inventory as i join film as f on f.film_id = i.film_id
  where f.title = 'ACADEMY DINOSAUR' and i.store_id = 1
    and not exists (select 1 from rental where inventory_id = i.inventory_id and return_date is null)
  order by i.inventory_id limit 1`)

const films = count()
const busiest = ask(
  "which actors are in the most films, with all who share the last place?",
  select({ first: Actor.c.firstName, last: Actor.c.lastName, films })
    .from(Actor)
    .join(FilmActor, FilmActor.c.actorId.eq(Actor.c.actorId))
    .groupBy(Actor)
    .orderBy(films.desc())
    .limit(20, { withTies: true }),
).gives<{ first: string; last: string; films: number }>(
  `
  select count(*) from film_actor group by actor_id
  having count(*) >= (select count(*) from film_actor group by actor_id order by count(*) desc offset 19 limit 1) order by count(*) desc`,
  ({ films: number }) => [number],
)

const hour = extract("hour", Rental.c.rentalDate)
const rushHours = ask(
  "at which hours are more than 690 films lent, and how many of them on Sundays?",
  select({ hour, rentals: count(), sundays: count().filter(extract("dow", Rental.c.rentalDate).eq(0)) })
    .from(Rental)
    .groupBy(hour)
    .having(count().gt(690))
    .orderBy(hour),
).gives<{ hour: number; rentals: number; sundays: number }>(`
  select extract(hour from rental_date), count(*), count(*) filter (where extract(dow from rental_date) = 0)
  from rental group by 1 having count(*) > 690 order by 1`)

const largest = ask(
  "which was the largest payment of each of some customers?",
  select(Payment)
    .where(Payment.c.customerId.lt(6))
    .distinctOn(Payment.c.customerId)
    .orderBy(Payment.c.customerId, Payment.c.amount.desc(), Payment.c.paymentId)
    .with("customer"),
).gives<Payment & { customer: Customer }>(
  `
  select distinct on (p.customer_id) p.payment_id, p.amount, c.last_name from payment as p join customer as c on c.customer_id = p.customer_id
  where p.customer_id < 6 order by p.customer_id, p.amount desc, p.payment_id`,
  ({ paymentId, amount, customer }) => [paymentId, amount, customer.lastName],
)

const odd = ask(
  "which titles are two words of the same length, beginning with the same letter?",
  select({ title: Film.c.title, description: Film.c.description })
    .where(Film.c.title.matches("^(\\w)\\w+ \\1\\w+$"), Film.c.title.matches("^(\\w{5} \\w{5}|\\w{6} \\w{6}|\\w{7} \\w{7})$"))
    .orderBy(Film.c.title),
).gives<{ title: string; description: string | null }>(`
  select title, description from film where split_part(title, ' ', 3) = '' and length(split_part(title, ' ', 1)) = length(split_part(title, ' ', 2))
    and length(title) in (11, 13, 15) and left(title, 1) = left(split_part(title, ' ', 2), 1) order by title`)

const moved = update(Customer)
  .set({ storeId: 2 })
  .join(Customer.address)
  .join(Address.city)
  .where(City.c.city.startsWith("A"), Customer.c.storeId.eq(1))
  .returning({ customerId: Customer.c.customerId, city: City.c.city })
  .cte("moved")
const removal = ask(
  "which customers go to the other store, and what did they pay so far?",
  select({ customer: moved.c.customerId, city: moved.c.city, paid: sum(Payment.c.amount), last: max(Payment.c.paymentDate) })
    .from(moved)
    .leftJoin(Payment, Payment.c.customerId.eq(moved.c.customerId))
    .groupBy(moved.c.customerId, moved.c.city)
    .orderBy(moved.c.customerId),
).gives<{ customer: number; city: string; paid: string | null; last: IsoDateTime | null }>(`
  select c.customer_id, ci.city, sum(p.amount), max(p.payment_date) from customer as c join address as a on a.address_id = c.address_id
  join city as ci on ci.city_id = a.city_id left join payment as p on p.customer_id = c.customer_id
  where ci.city like 'A%' and c.store_id = 1 group by c.customer_id, ci.city order by c.customer_id`)

const wanted = select({ rating: Film.c.rating, films: count() }).from(Film).groupBy(Film.c.rating).as("wanted")
const merged = ask(
  "which categories are renamed or made when each rating gets one of its own?",
  merge(Category)
    .using(wanted, wanted.c.films.minus(177).eq(Category.c.categoryId))
    .whenMatched()
    .thenUpdate({ name: Category.c.name.concat("!") })
    .whenNotMatched()
    .thenInsert({ categoryId: wanted.c.films.plus(1000), name: "new" })
    .returning({ id: Category.c.categoryId, name: Category.c.name }),
).gives<{ id: number; name: string }>(
  `
  merge into category as c using (select rating, count(*) as films from film group by rating) as w on w.films - 177 = c.category_id
  when matched then update set name = c.name || '!' when not matched then insert (category_id, name) values (w.films + 1000, 'new')
  returning c.category_id, c.name`,
)

const month = dateTrunc("month", Payment.c.paymentDate)
const sumOf = sum(Payment.c.amount)
const byMonth = ask(
  "what was paid in each month, as soon as it is more than in the month before?",
  (() => {
    const monthly = select({ month, sum: sumOf }).from(Payment).groupBy(month).cte("monthly", { materialized: true })
    const before = aliased(monthly, "before")
    return select({ month: monthly.c.month, sum: monthly.c.sum, more: monthly.c.sum.minus(before.c.sum) })
      .from(monthly)
      .join(before, before.c.month.plus(interval("P1M")).eq(monthly.c.month).and(before.c.sum.lt(monthly.c.sum)))
      .orderBy(monthly.c.month)
  })(),
).gives<{ month: IsoDateTime; sum: string | null; more: string | null }>(`
  with m as (select date_trunc('month', payment_date) as m, sum(amount) as s from payment group by 1)
  select a.m, a.s, a.s - b.s from m as a join m as b on b.m + interval '1 month' = a.m and b.s < a.s order by a.m`)

export const counterQuestions: readonly Question[] = [copy, busiest, rushHours, largest, odd, removal, merged, byMonth]
