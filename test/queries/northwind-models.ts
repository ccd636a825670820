/** The tables of Northwind, a trader in food. */
import {
  date,
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  MetaData,
  oneToMany,
  primaryKey,
  real,
  smallint,
  text,
  varchar,
} from "rebis"

export const northwindMetadata: MetaData = new MetaData()
const Base = declarativeBase({ metadata: northwindMetadata, conventions: "off" })

export class Category extends Base.model("categories", {
  categoryId: smallint().primaryKey(),
  categoryName: varchar(15),
  description: text().nullable(),
}) {
  static readonly products = oneToMany(() => Product)
}

export class Supplier extends Base.model("suppliers", {
  supplierId: smallint().primaryKey(),
  companyName: varchar(40),
  city: varchar(15).nullable(),
  country: varchar(15).nullable(),
}) {
  static readonly products = oneToMany(() => Product)
}

export class Product extends Base.model("products", {
  productId: smallint().primaryKey(),
  productName: varchar(40),
  supplierId: smallint()
    .nullable()
    .references(() => Supplier.c.supplierId),
  categoryId: smallint()
    .nullable()
    .references(() => Category.c.categoryId),
  quantityPerUnit: varchar(20).nullable(),
  unitPrice: real().nullable(),
  unitsInStock: smallint().nullable(),
  unitsOnOrder: smallint().nullable(),
  reorderLevel: smallint().nullable(),
  discontinued: integer(),
}) {
  static readonly supplier = manyToOne(() => Supplier)
  static readonly category = manyToOne(() => Category)
  static readonly lines = oneToMany(() => OrderDetail)
}

export class Customer extends Base.model("customers", {
  customerId: varchar(5).primaryKey(),
  companyName: varchar(40),
  contactName: varchar(30).nullable(),
  contactTitle: varchar(30).nullable(),
  city: varchar(15).nullable(),
  region: varchar(15).nullable(),
  country: varchar(15).nullable(),
  phone: varchar(24).nullable(),
  fax: varchar(24).nullable(),
}) {
  static readonly orders = oneToMany(() => Order)
}

export class Employee extends Base.model("employees", {
  employeeId: smallint().primaryKey(),
  lastName: varchar(20),
  firstName: varchar(10),
  title: varchar(30).nullable(),
  birthDate: date().nullable(),
  hireDate: date().nullable(),
  city: varchar(15).nullable(),
  country: varchar(15).nullable(),
  notes: text().nullable(),
  reportsTo: smallint().nullable().references("employees.employee_id"),
}) {
  static readonly manager = manyToOne(() => Employee)
  static readonly orders = oneToMany(() => Order)
  static readonly territories = manyToMany(() => Territory, { through: () => EmployeeTerritory })
}

export class Region extends Base.model("region", { regionId: smallint().primaryKey(), regionDescription: varchar(60) }) {
  static readonly territories = oneToMany(() => Territory)
}

export class Territory extends Base.model("territories", {
  territoryId: varchar(20).primaryKey(),
  territoryDescription: varchar(60),
  regionId: smallint().references(() => Region.c.regionId),
}) {
  static readonly region = manyToOne(() => Region)
}

export class EmployeeTerritory extends Base.model(
  "employee_territories",
  {
    employeeId: smallint().references(() => Employee.c.employeeId),
    territoryId: varchar(20).references(() => Territory.c.territoryId),
  },
  (t) => [primaryKey(t.employeeId, t.territoryId)],
) {}

export class Shipper extends Base.model("shippers", {
  shipperId: smallint().primaryKey(),
  companyName: varchar(40),
  phone: varchar(24).nullable(),
}) {
  static readonly orders = oneToMany(() => Order)
}

export class Order extends Base.model("orders", {
  orderId: smallint().primaryKey(),
  customerId: varchar(5)
    .nullable()
    .references(() => Customer.c.customerId),
  employeeId: smallint()
    .nullable()
    .references(() => Employee.c.employeeId),
  orderDate: date().nullable(),
  requiredDate: date().nullable(),
  shippedDate: date().nullable(),
  shipVia: smallint()
    .nullable()
    .references(() => Shipper.c.shipperId),
  freight: real().nullable(),
  shipCity: varchar(15).nullable(),
  shipCountry: varchar(15).nullable(),
}) {
  static readonly customer = manyToOne(() => Customer)
  static readonly employee = manyToOne(() => Employee)
  static readonly shipper = manyToOne(() => Shipper)
  static readonly lines = oneToMany(() => OrderDetail)
}

export class OrderDetail extends Base.model(
  "order_details",
  {
    orderId: smallint().references(() => Order.c.orderId),
    productId: smallint().references(() => Product.c.productId),
    unitPrice: real(),
    quantity: smallint(),
    discount: real(),
  },
  (t) => [primaryKey(t.orderId, t.productId)],
) {
  static readonly order = manyToOne(() => Order)
  static readonly product = manyToOne(() => Product)
}
