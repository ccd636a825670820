/** Questions about the films of Sakila. */
import { count, exists, not, select } from "rebis"
import { ask, type Question } from "./question.ts"
import { Film, Inventory, Rental } from "./sakila-models.ts"

const neverRented = ask(
  "which films are in no store, or were never rented?",
  select({ title: Film.c.title, copies: count(Inventory.c.inventoryId) })
    .from(Film)
    .leftJoin(Film.inventory)
    .where(not(exists(select(Rental).join(Rental.inventory).where(Inventory.c.filmId.eq(Film.c.filmId)))))
    .groupBy(Film.c.filmId, Film.c.title)
    .orderBy(Film.c.title),
).gives<{ title: string; copies: number }>(`
  select f.title, count(i.inventory_id) from film as f left join inventory as i on i.film_id = f.film_id
  where not exists (select 1 from rental as r join inventory as j on j.inventory_id = r.inventory_id where j.film_id = f.film_id)
  group by f.film_id, f.title order by f.title`)

export const filmQuestions: readonly Question[] = [neverRented]
