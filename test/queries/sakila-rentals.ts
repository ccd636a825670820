/** Questions about Sakila's customers, rentals and payments. */
import {
  aliased,
  avg,
  concat,
  count,
  countDistinct,
  cube,
  currentRow,
  exists,
  grouping,
  type IsoDateTime,
  type IsoDuration,
  makeInterval,
  max,
  percentileCont,
  preceding,
  rangeBetween,
  round,
  rowNumber,
  select,
  sum,
  tuple,
  update,
} from "rebis"
import { ask, type Question } from "./question.ts"
import { Address, Category, City, Country, Customer, Film, Inventory, Payment, Rental, Staff, Store } from "./sakila-models.ts"

const name = concat(Customer.c.firstName, " ", Customer.c.lastName)
const paid = sum(Payment.c.amount)

const bestCustomers = ask(
  "which customers paid most, and where do they live?",
  select({ customer: name, city: City.c.city, country: Country.c.country, paid, payments: count() })
    .from(Customer)
    .join(Customer.payments)
    .join(Customer.address)
    .join(Address.city)
    .join(City.country)
    .groupBy(Customer.c.customerId, City.c.cityId, Country.c.countryId)
    .orderBy(paid.desc(), Customer.c.customerId)
    .limit(10),
).gives<{ customer: string; city: string; country: string; paid: string | null; payments: number }>(`
  select c.first_name || ' ' || c.last_name, ci.city, co.country, sum(p.amount), count(*)
  from customer as c join payment as p on p.customer_id = c.customer_id join address as a on a.address_id = c.address_id
  join city as ci on ci.city_id = a.city_id join country as co on co.country_id = ci.country_id
  group by c.customer_id, ci.city_id, co.country_id order by sum(p.amount) desc, c.customer_id limit 10`)

const manager = aliased(Staff, "manager")
const stores = ask(
  "what did each store take, and who runs it?",
  select({ store: Store.c.storeId, manager: concat(manager.c.firstName, " ", manager.c.lastName), address: Address, paid })
    .from(Payment)
    .join(Payment.staff)
    .join(Store, Store.c.storeId.eq(Staff.c.storeId))
    .join(manager, Store.manager)
    .join(Store.address)
    .groupBy(Store.c.storeId, manager.c.staffId, Address.c.addressId)
    .orderBy(Store.c.storeId),
).gives<{ store: number; manager: string; address: Address; paid: string | null }>(`
  select s.store_id, m.first_name || ' ' || m.last_name, a.address_id, a.address, a.address2, a.district, a.city_id, a.postal_code, a.phone, sum(p.amount)
  from payment as p join staff as w on w.staff_id = p.staff_id join store as s on s.store_id = w.store_id
  join staff as m on m.staff_id = s.manager_staff_id join address as a on a.address_id = s.address_id
  group by s.store_id, m.staff_id, a.address_id order by s.store_id`)

const kept = Rental.c.returnDate.minus(Rental.c.rentalDate)
const overdue = ask(
  "which rentals were kept longest beyond their time?",
  select({ rental: Rental.c.rentalId, title: Film.c.title, allowed: Film.c.rentalDuration, kept })
    .from(Rental)
    .join(Rental.inventory)
    .join(Inventory.film)
    .where(kept.gt(makeInterval({ days: Film.c.rentalDuration.plus(6) })))
    .orderBy(kept.minus(makeInterval({ days: Film.c.rentalDuration })).desc(), Rental.c.rentalId)
    .limit(12),
).gives<{ rental: number; title: string; allowed: number; kept: IsoDuration | null }>(`
  select r.rental_id, f.title, f.rental_duration, r.return_date - r.rental_date
  from rental as r join inventory as i on i.inventory_id = r.inventory_id join film as f on f.film_id = i.film_id
  where r.return_date - r.rental_date > (f.rental_duration + 6) * interval '1 day'
  order by r.return_date - r.rental_date - f.rental_duration * interval '1 day' desc, r.rental_id limit 12`)

const openRentals = ask(
  "what has a customer of store 2 not brought back yet?",
  select(Rental)
    .join(Rental.customer)
    .where(Rental.c.returnDate.isNull(), Customer.c.storeId.eq(2), Customer.c.activebool)
    .orderBy(Rental.c.rentalId)
    .limit(20)
    .with("customer")
    .with("inventory", (inventory) => inventory.with("film")),
).gives<Rental & { customer: Customer } & { inventory: Inventory & { film: Film } }>(
  `
  select r.rental_id, c.last_name, f.title from rental as r join customer as c on c.customer_id = r.customer_id
  join inventory as i on i.inventory_id = r.inventory_id join film as f on f.film_id = i.film_id
  where r.return_date is null and c.store_id = 2 and c.activebool order by r.rental_id limit 20`,
  ({ rentalId, customer, inventory }) => [rentalId, customer.lastName, inventory.film.title],
)

const first = select({ title: Film.c.title, at: Rental.c.rentalDate })
  .from(Rental)
  .join(Rental.inventory)
  .join(Inventory.film)
  .where(Rental.c.customerId.eq(Customer.c.customerId))
  .orderBy(Rental.c.rentalDate, Rental.c.rentalId)
  .limit(3)
  .lateral("first")
const firstRentals = ask(
  "which three films did each of some customers rent first?",
  select({ customer: name, first })
    .from(Customer)
    .leftJoin(first)
    .where(Customer.c.customerId.between(10, 14))
    .orderBy(Customer.c.customerId, first.c.at),
).gives<{ customer: string; first: { title: string; at: IsoDateTime } | null }>(`
  select c.first_name || ' ' || c.last_name, q.title, q.rental_date from customer as c left join lateral (
    select f.title, r.rental_date from rental as r join inventory as i on i.inventory_id = r.inventory_id join film as f on f.film_id = i.film_id
    where r.customer_id = c.customer_id order by r.rental_date, r.rental_id limit 3) as q on true
  where c.customer_id between 10 and 14 order by c.customer_id, q.rental_date`)

const lastWeek = sum(Payment.c.amount).over({
  partitionBy: Payment.c.customerId,
  orderBy: Payment.c.paymentDate,
  frame: rangeBetween(preceding("P7D"), currentRow),
})
const spending = ask(
  "what had a customer paid in the seven days up to each payment?",
  select({ payment: Payment.c.paymentId, at: Payment.c.paymentDate, amount: Payment.c.amount, lastWeek })
    .from(Payment)
    .where(Payment.c.customerId.eq(148))
    .orderBy(Payment.c.paymentDate, Payment.c.paymentId),
).gives<{ payment: number; at: IsoDateTime; amount: string; lastWeek: string | null }>(`
  select payment_id, payment_date, amount, sum(amount) over
    (partition by customer_id order by payment_date range between interval '7 days' preceding and current row)
  from payment where customer_id = 148 order by payment_date, payment_id`)

const [store, category] = [Inventory.c.storeId, Category.c.name]
const crossTable = ask(
  "how often was each category rented in each store, with all totals?",
  select({ store, category, level: grouping(store, category), rentals: count(), customers: countDistinct(Rental.c.customerId) })
    .from(Rental)
    .join(Rental.inventory)
    .join(Inventory.film)
    .join(Film.categories)
    .where(category.in(["Action", "Comedy", "Travel"]))
    .groupBy(cube(store, category))
    .orderBy(store.asc().nullsFirst(), category.asc().nullsFirst()),
).gives<{ store: number | null; category: string | null; level: number; rentals: number; customers: number }>(`
  select i.store_id, c.name, grouping(i.store_id, c.name), count(*), count(distinct r.customer_id)
  from rental as r join inventory as i on i.inventory_id = r.inventory_id join film as f on f.film_id = i.film_id
  join film_category as fc on fc.film_id = f.film_id join category as c on c.category_id = fc.category_id
  where c.name in ('Action', 'Comedy', 'Travel') group by cube (i.store_id, c.name)
  order by i.store_id nulls first, c.name nulls first`)

const again = count()
const rentedAgain = ask(
  "who rented the same film three times?",
  select({ customer: name, title: Film.c.title, again })
    .from(Rental)
    .join(Rental.customer)
    .join(Rental.inventory)
    .join(Inventory.film)
    .groupBy(Customer.c.customerId, Film.c.filmId)
    .having(again.gte(3))
    .orderBy(Customer.c.customerId, Film.c.filmId),
).gives<{ customer: string; title: string; again: number }>(`
  select c.first_name || ' ' || c.last_name, f.title, count(*) from rental as r join customer as c on c.customer_id = r.customer_id
  join inventory as i on i.inventory_id = r.inventory_id join film as f on f.film_id = i.film_id
  group by c.customer_id, f.film_id having count(*) >= 3 order by c.customer_id, f.film_id`)

const emptyCountries = ask(
  "which countries have more cities than customers?",
  select({ country: Country.c.country, cities: countDistinct(City.c.cityId), customers: countDistinct(Customer.c.customerId) })
    .from(Customer)
    .join(Customer.address)
    .rightJoin(Address.city)
    .join(City.country)
    .groupBy(Country.c.countryId)
    .having(countDistinct(City.c.cityId).gt(countDistinct(Customer.c.customerId)))
    .orderBy(Country.c.country),
).gives<{ country: string; cities: number; customers: number }>(`
  select co.country, count(distinct ci.city_id), count(distinct c.customer_id)
  from country as co join city as ci on ci.country_id = co.country_id left join address as a on a.city_id = ci.city_id
  left join customer as c on c.address_id = a.address_id
  group by co.country_id having count(distinct ci.city_id) > count(distinct c.customer_id) order by co.country`)

const places = select({
  customerId: Payment.c.customerId,
  amount: Payment.c.amount,
  place: rowNumber().over({ partitionBy: Payment.c.customerId, orderBy: [Payment.c.amount.desc(), Payment.c.paymentId] }),
})
  .from(Payment)
  .as("places")
const fifths = ask(
  "how do the five largest payments of customers compare?",
  select({
    place: places.c.place,
    mean: round(avg(places.c.amount), 3),
    largest: max(places.c.amount),
    tenths: percentileCont([0.1, 0.5, 0.9]).withinGroup(places.c.amount),
  })
    .from(places)
    .where(places.c.place.lte(5))
    .groupBy(places.c.place)
    .orderBy(places.c.place),
).gives<{ place: number; mean: string | null; largest: string | null; tenths: string[] | null }>(`
  select n, round(avg(amount), 3), max(amount), percentile_cont(array[0.1, 0.5, 0.9]) within group (order by amount) from (
    select amount, row_number() over (partition by customer_id order by amount desc, payment_id) as n from payment) as q
  where n <= 5 group by n order by n`)

const inactive = ask(
  "which customers of a store are closed for owing a film and paying little?",
  update(Customer)
    .set({
      activebool: false,
      email: select(Staff.c.email).from(Staff).where(Staff.c.storeId.eq(Customer.c.storeId)).asScalar(),
    })
    .where(
      exists(select(Rental).where(Rental.c.customerId.eq(Customer.c.customerId), Rental.c.returnDate.isNull())),
      select(sum(Payment.c.amount)).from(Payment).where(Payment.c.customerId.eq(Customer.c.customerId)).asScalar().lt("70"),
    )
    .returning({ id: Customer.c.customerId, email: Customer.c.email, active: Customer.c.activebool }),
).gives<{ id: number; email: string | null; active: boolean }>(`
  update customer as c set activebool = false, email = (select email from staff where store_id = c.store_id)
  where exists (select 1 from rental where customer_id = c.customer_id and return_date is null)
    and (select sum(amount) from payment where customer_id = c.customer_id) < 70
  returning customer_id, email, activebool`)

const sameDay = aliased(Payment, "same_day")
const pairs = ask(
  "which payments were taken twice: same customer, same rental, same amount?",
  select({ payment: Payment.c.paymentId, other: sameDay.c.paymentId })
    .from(Payment)
    .join(
      sameDay,
      tuple(Payment.c.customerId, Payment.c.amount, Payment.c.paymentDate)
        .eq(tuple(sameDay.c.customerId, sameDay.c.amount, sameDay.c.paymentDate))
        .and(Payment.c.paymentId.lt(sameDay.c.paymentId)),
    )
    .orderBy(Payment.c.paymentId, sameDay.c.paymentId)
    .limit(20),
).gives<{ payment: number; other: number }>(`
  select a.payment_id, b.payment_id from payment as a join payment as b
  on b.customer_id = a.customer_id and b.amount = a.amount and b.payment_date = a.payment_date and a.payment_id < b.payment_id
  order by a.payment_id, b.payment_id limit 20`)

export const rentalQuestions: readonly Question[] = [
  bestCustomers,
  stores,
  overdue,
  openRentals,
  firstRentals,
  spending,
  crossTable,
  rentedAgain,
  emptyCountries,
  fifths,
  inactive,
  pairs,
]
