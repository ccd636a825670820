/** Questions to Sakila that need lists as rows: days of a calendar, features of a film, rows of a form. */
import {
  aliased,
  arrayAgg,
  cast,
  coalesce,
  count,
  countDistinct,
  date,
  generateSeries,
  type IsoDate,
  lag,
  numeric,
  round,
  select,
  sum,
  text,
  integer,
  unnest,
  value,
  valuesList,
} from "rebis"
import { ask, type Question } from "./question.ts"
import { Category, Film, Inventory, Payment, Rental } from "./sakila-models.ts"

const day = generateSeries(value("2005-05-20", date()), "2005-06-20").as("day")
const everyDay = ask(
  "how many films were lent on each of thirty days, none included?",
  select({ day: day.c.value, rentals: count(Rental.c.rentalId), copies: countDistinct(Rental.c.inventoryId) })
    .from(day)
    .leftJoin(Rental, cast(Rental.c.rentalDate, date()).eq(day.c.value))
    .groupBy(day.c.value)
    .orderBy(day.c.value),
).gives<{ day: IsoDate; rentals: number; copies: number }>(`
  select d::date, count(r.rental_id), count(distinct r.inventory_id)
  from generate_series(date '2005-05-20', date '2005-06-20', interval '1 day') as d left join rental as r on r.rental_date::date = d
  group by d order by d`)

const feature = unnest(Film.c.specialFeatures).as("feature")
const byFeature = ask(
  "how many films have each extra, and what do they cost to rent?",
  select({ feature: feature.c.value, films: count(), mean: round(sum(Film.c.rentalRate).dividedBy(count()), 2) })
    .from(Film)
    .crossJoin(feature)
    .groupBy(feature.c.value)
    .orderBy(feature.c.value),
).gives<{ feature: string; films: number; mean: string | null }>(`
  select feature, count(*), round(avg(rental_rate), 2) from film cross join unnest(special_features) as feature group by feature order by feature`)

const place = unnest(Film.c.specialFeatures).withOrdinality("place").as("place")
const second = ask(
  "which extra comes second on the films of few minutes?",
  select({ title: Film.c.title, second: place.c.value })
    .from(Film)
    .join(place, place.c.place.eq(2))
    .where(Film.c.length.lt(48))
    .orderBy(Film.c.title),
).gives<{ title: string; second: string }>(`
  select title, special_features[2] from film where length < 48 and array_length(special_features, 1) >= 2 order by title`)

const budget = valuesList("budget", { category: text(), films: integer(), least: numeric().nullable() }, [
  { category: "Action", films: 60, least: "3000" },
  { category: "Comedy", films: 70, least: null },
  { category: "Western", films: 1, least: "1.5" },
])
const plan = ask(
  "how far is each category from what was planned for it?",
  select({
    category: budget.c.category,
    missing: budget.c.films.minus(countDistinct(Film.c.filmId)),
    takings: sum(Payment.c.amount).minus(coalesce(budget.c.least, "0")),
  })
    .from(budget)
    .leftJoin(Category, Category.c.name.eq(budget.c.category))
    .leftJoin(Category.films)
    .leftJoin(Film.inventory)
    .leftJoin(Inventory.rentals)
    .leftJoin(Rental.payments)
    .groupBy(budget.c.category, budget.c.films, budget.c.least)
    .orderBy(budget.c.category),
).gives<{ category: string; missing: number; takings: string | null }>(`
  select b.category, b.films - count(distinct f.film_id), sum(p.amount) - coalesce(b.least, 0)
  from (values ('Action', 60, 3000), ('Comedy', 70, null), ('Western', 1, 1.5)) as b (category, films, least)
  left join category as c on c.name = b.category left join film_category as fc on fc.category_id = c.category_id
  left join film as f on f.film_id = fc.film_id left join inventory as i on i.film_id = f.film_id
  left join rental as r on r.inventory_id = i.inventory_id left join payment as p on p.rental_id = r.rental_id
  group by b.category, b.films, b.least order by b.category`)

// Days without a rental between two with some: the gap after each day that has one.
const days = select({ day: cast(Rental.c.rentalDate, date()) })
  .from(Rental)
  .distinct()
  .as("days")
const gap = days.c.day.minus(lag(days.c.day).over({ orderBy: days.c.day }))
const gaps = select({ until: days.c.day, gap }).from(days).as("gaps")
const closed = ask(
  "for how many days was nothing lent, and until when?",
  select({ until: gaps.c.until, closed: gaps.c.gap.minus(1) })
    .from(gaps)
    .where(gaps.c.gap.gt(1))
    .orderBy(gaps.c.until),
).gives<{ until: IsoDate; closed: number | null }>(`
  select until, gap - 1 from (
    select d as until, d - lag(d) over (order by d) as gap from (select distinct rental_date::date as d from rental) as q) as r
  where gap > 1 order by until`)

const inStore = aliased(Inventory, "in_store")
const stocks = ask(
  "which films stand in both stores with at least four copies in each?",
  select({ title: Film.c.title, copies: arrayAgg(inStore.c.inventoryId).orderBy(inStore.c.inventoryId) })
    .from(Film)
    .join(inStore, Film.inventory)
    .groupBy(Film)
    .having(count().filter(inStore.c.storeId.eq(1)).gte(4), count().filter(inStore.c.storeId.eq(2)).gte(4))
    .orderBy(Film.c.title)
    .limit(10),
).gives<{ title: string; copies: number[] | null }>(`
  select f.title, array_agg(i.inventory_id order by i.inventory_id) from film as f join inventory as i on i.film_id = f.film_id
  group by f.film_id having count(*) filter (where i.store_id = 1) >= 4 and count(*) filter (where i.store_id = 2) >= 4 order by f.title limit 10`)

export const featureQuestions: readonly Question[] = [everyDay, byFeature, second, plan, closed, stocks]
