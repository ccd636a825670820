/** Questions about what Northwind buys, stores and sells. */
import {
  aliased,
  and,
  avg,
  coalesce,
  count,
  firstValue,
  jsonAgg,
  jsonBuildObject,
  percentRank,
  round,
  select,
  stringAgg,
  update,
} from "rebis"
import { Category, Customer, OrderDetail, Product, Supplier } from "./northwind-models.ts"
import { ask, type Question } from "./question.ts"

const perCategory = ask(
  "how many products does each category have?",
  select({ category: Category.c.categoryName, products: count(Product.c.productId) })
    .from(Category)
    .leftJoin(Category.products)
    .groupBy(Category.c.categoryId, Category.c.categoryName)
    .orderBy(Category.c.categoryName),
).gives<{ category: string; products: number }>(`
  select c.category_name, count(p.product_id) from categories as c left join products as p on p.category_id = c.category_id
  group by c.category_id, c.category_name order by c.category_name`)

const peer = aliased(Product, "peer")
const overpriced = ask(
  "which products cost more than twice the mean of their category?",
  select({ product: Product.c.productName, price: Product.c.unitPrice })
    .where(
      Product.c.unitPrice.gt(
        select(avg(peer.c.unitPrice).times(2)).from(peer).where(peer.c.categoryId.eq(Product.c.categoryId)).asScalar(),
      ),
    )
    .orderBy(Product.c.productName),
).gives<{ product: string; price: number | null }>(`
  select product_name, unit_price from products as p
  where unit_price > (select avg(unit_price) * 2 from products where category_id = p.category_id) order by product_name`)

const toReorder = ask(
  "which products have to be ordered again, and how many of each?",
  select({
    product: Product.c.productName,
    supplier: Supplier.c.companyName,
    missing: Product.c.reorderLevel.minus(Product.c.unitsInStock).minus(coalesce(Product.c.unitsOnOrder, 0)),
  })
    .from(Product)
    .leftJoin(Product.supplier)
    .where(Product.c.discontinued.eq(0), Product.c.unitsInStock.plus(Product.c.unitsOnOrder).lt(Product.c.reorderLevel))
    .orderBy(Product.c.productName),
).gives<{ product: string; supplier: string | null; missing: number | null }>(`
  select p.product_name, s.company_name, p.reorder_level - p.units_in_stock - coalesce(p.units_on_order, 0)
  from products as p left join suppliers as s on s.supplier_id = p.supplier_id
  where p.discontinued = 0 and p.units_in_stock + p.units_on_order < p.reorder_level order by p.product_name`)

const besideCheapest = ask(
  "what does each sweet cost beside the cheapest one?",
  select({
    product: Product.c.productName,
    price: Product.c.unitPrice,
    cheapest: firstValue(Product.c.productName).over({ orderBy: [Product.c.unitPrice, Product.c.productId] }),
    rank: round(percentRank().over({ orderBy: Product.c.unitPrice }), 2),
  })
    .from(Product)
    .join(Product.category)
    .where(Category.c.categoryName.eq("Confections"))
    .orderBy(Product.c.unitPrice, Product.c.productId),
).gives<{ product: string; price: number | null; cheapest: string; rank: number }>({
  postgresql: `
    select product_name, unit_price, first_value(product_name) over (order by unit_price, product_id),
      round((percent_rank() over (order by unit_price))::numeric, 2)
    from products as p join categories as c on c.category_id = p.category_id
    where c.category_name = 'Confections' order by unit_price, product_id`,
  sqlite: `
    select product_name, unit_price, first_value(product_name) over (order by unit_price, product_id),
      round(percent_rank() over (order by unit_price), 2)
    from products as p join categories as c on c.category_id = p.category_id
    where c.category_name = 'Confections' order by unit_price, product_id`,
})

const [one, two] = [aliased(OrderDetail, "one"), aliased(OrderDetail, "two")]
const [product, partner] = [aliased(Product, "product"), aliased(Product, "partner")]
const together = count()
const soldTogether = ask(
  "which ten pairs of products are most often ordered together?",
  select({ product: product.c.productName, partner: partner.c.productName, together })
    .from(one)
    .join(two, and(two.c.orderId.eq(one.c.orderId), two.c.productId.gt(one.c.productId)))
    .join(product, one.product)
    .join(partner, two.product)
    .groupBy(product.c.productId, product.c.productName, partner.c.productId, partner.c.productName)
    .orderBy(together.desc(), product.c.productId, partner.c.productId)
    .limit(10),
).gives<{ product: string; partner: string; together: number }>(`
  select p.product_name, q.product_name, count(*) as n
  from order_details as a join order_details as b on b.order_id = a.order_id and b.product_id > a.product_id
  join products as p on p.product_id = a.product_id join products as q on q.product_id = b.product_id
  group by p.product_id, p.product_name, q.product_id, q.product_name order by n desc, p.product_id, q.product_id limit 10`)

const customersIn = select({ country: Customer.c.country, n: count() }).from(Customer).groupBy(Customer.c.country).as("customers_in")
const suppliersIn = select({ country: Supplier.c.country, n: count() }).from(Supplier).groupBy(Supplier.c.country).as("suppliers_in")
const country = coalesce(customersIn.c.country, suppliersIn.c.country)
const bothSides = ask(
  "in which countries are customers, suppliers or both?",
  select({ country, customers: customersIn.c.n, suppliers: suppliersIn.c.n })
    .from(customersIn)
    .fullJoin(suppliersIn, suppliersIn.c.country.eq(customersIn.c.country))
    .where(country.isNotNull())
    .orderBy(country),
).gives<{ country: string | null; customers: number | null; suppliers: number | null }>(`
  select coalesce(c.country, s.country) as country, c.n, s.n
  from (select country, count(*) as n from customers group by country) as c
  full join (select country, count(*) as n from suppliers group by country) as s on s.country = c.country
  where coalesce(c.country, s.country) is not null order by 1`)

const supplierDocuments = ask(
  "what do the suppliers of Germany deliver, as documents?",
  select(
    jsonBuildObject({
      supplier: Supplier.c.companyName,
      city: Supplier.c.city,
      products: jsonAgg(
        { id: Product.c.productId, name: Product.c.productName, price: Product.c.unitPrice },
        { orderBy: [Product.c.productName.asc()] },
      ),
    }),
  )
    .from(Supplier)
    .join(Supplier.products)
    .where(Supplier.c.country.eq("Germany"))
    .groupBy(Supplier.c.supplierId, Supplier.c.companyName, Supplier.c.city)
    .orderBy(Supplier.c.companyName),
).gives<{ supplier: string; city: string | null; products: { id: number; name: string; price: number | null }[] }>(
  {
    postgresql: `
      select json_build_object('supplier', s.company_name, 'city', s.city, 'products', json_agg(
        json_build_object('id', p.product_id, 'name', p.product_name, 'price', p.unit_price) order by p.product_name))
      from suppliers as s join products as p on p.supplier_id = s.supplier_id
      where s.country = 'Germany' group by s.supplier_id, s.company_name, s.city order by s.company_name`,
    sqlite: `
      select json_object('supplier', s.company_name, 'city', s.city, 'products', json_group_array(
        json_object('id', p.product_id, 'name', p.product_name, 'price', p.unit_price) order by p.product_name))
      from suppliers as s join products as p on p.supplier_id = s.supplier_id
      where s.country = 'Germany' group by s.supplier_id, s.company_name, s.city order by s.company_name`,
  },
  (row) => [row],
)

const singleSourced = ask(
  "which suppliers deliver one product only, and which?",
  select({ supplier: Supplier.c.companyName, product: stringAgg(Product.c.productName, ",") })
    .from(Supplier)
    .join(Supplier.products)
    .groupBy(Supplier.c.supplierId, Supplier.c.companyName)
    .having(count().eq(1))
    .orderBy(Supplier.c.companyName),
).gives<{ supplier: string; product: string | null }>(`
  select s.company_name, min(p.product_name) from suppliers as s join products as p on p.supplier_id = s.supplier_id
  group by s.supplier_id, s.company_name having count(*) = 1 order by s.company_name`)

const raised = ask(
  "what do the dearer kinds of seafood cost after ten percent more?",
  update(Product)
    .set({ unitPrice: Product.c.unitPrice.times(1.1) })
    .join(Product.category)
    .where(Category.c.categoryName.eq("Seafood"), Product.c.unitPrice.gt(15))
    .returning({ product: Product.c.productName, price: Product.c.unitPrice }),
).gives<{ product: string; price: number | null }>({
  postgresql: `
    update products as p set unit_price = unit_price * 1.1::real from categories as c
    where c.category_id = p.category_id and c.category_name = 'Seafood' and p.unit_price > 15
    returning p.product_name, p.unit_price`,
  sqlite: `
    update products set unit_price = unit_price * 1.1 from categories as c
    where c.category_id = products.category_id and c.category_name = 'Seafood' and unit_price > 15
    returning product_name, unit_price`,
})

export const tradeQuestions: readonly Question[] = [
  perCategory,
  overpriced,
  toReorder,
  besideCheapest,
  soldTogether,
  bothSides,
  supplierDocuments,
  singleSourced,
  raised,
]
