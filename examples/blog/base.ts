import { declarativeBase, MetaData } from "rebis"

/** What all models derive from. These names are also the default; they are spelled out to be seen. */
export const Base = declarativeBase({
  metadata: new MetaData({
    namingConvention: {
      ix: "{column_0_label}_idx",
      uq: "{table_name}_{column_0_name}_key",
      ck: "{table_name}_{constraint_name}_check",
      fk: "{table_name}_{column_0_name}_fkey",
      pk: "{table_name}_pkey",
    },
  }),
})
