const irregular: ReadonlyMap<string, string> = new Map([
  ["children", "child"],
  ["criteria", "criterion"],
  ["feet", "foot"],
  ["geese", "goose"],
  ["halves", "half"],
  ["indices", "index"],
  ["leaves", "leaf"],
  ["lives", "life"],
  ["matrices", "matrix"],
  ["men", "man"],
  ["mice", "mouse"],
  ["movies", "movie"],
  ["cookies", "cookie"],
  ["people", "person"],
  ["phenomena", "phenomenon"],
  ["quizzes", "quiz"],
  ["shelves", "shelf"],
  ["teeth", "tooth"],
  ["vertices", "vertex"],
  ["wives", "wife"],
  ["women", "woman"],
])

/** Words that end in `s` and are one thing; so are all in `ss`, `us` and `is`, and those of three letters or fewer. */
const singularInS = new Set([
  "alias",
  "always",
  "atlas",
  "bias",
  "canvas",
  "chaos",
  "christmas",
  "cosmos",
  "cross",
  "ethos",
  "gas",
  "headquarters",
  "https",
  "kubernetes",
  "lens",
  "mathematics",
  "means",
  "news",
  "pathos",
  "physics",
  "pancreas",
  "perhaps",
  "politics",
  "redis",
  "series",
  "species",
  "statistics",
  "texas",
  "works",
])
/** Plurals in `us` and `is` that are words of schemas. */
const pluralInUsOrIs = new Map([
  ["menus", "menu"],
  ["taxis", "taxi"],
  ["skis", "ski"],
  ["emojis", "emoji"],
  ["apis", "api"],
  ["kpis", "kpi"],
  ["skus", "sku"],
])

/**
 * The name with its last word in the singular; the name itself where that is so already. For English, and meant for hints: a word
 * that it does not know stays as it is when it does not end in `s`.
 *
 * @example singularOf("blog_posts") // "blog_post"
 */
export function singularOf(name: string): string {
  const start = name.lastIndexOf("_") + 1
  return name.slice(0, start) + singularWord(name.slice(start))
}

function singularWord(word: string): string {
  const known = irregular.get(word) ?? pluralInUsOrIs.get(word)
  if (known !== undefined) return known
  if (word.length <= 3 || !word.endsWith("s") || singularInS.has(word) || /(ss|us|is)$/.test(word)) return word
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(analys|cris|diagnos|hypothes|synops|ellips)es$/.test(word)) return `${word.slice(0, -2)}is`
  const takesEs = /(ss|sh|ch|x|alias|lens|gas|o|(stat|b|bon|vir|camp|cens|foc|corp|radi)us)es$/.test(word)
  if (takesEs && !/(shoes|toes|(c|d|t)aches|niches|psyches|cliches|avalanches)$/.test(word)) return word.slice(0, -2)
  return word.slice(0, -1)
}
