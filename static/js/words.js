// The words that scripts show, and the country whose way of writing times goes with them. Templates give them as JSON in <script type="application/json" data-words>, in the page's language.
/** The tag that dates and numbers are written by: `de`, `en-GB`. */
export const locale = document.documentElement.dataset.locale || document.documentElement.lang;

const all = {};
for (const block of document.querySelectorAll("script[data-words]")) Object.assign(all, JSON.parse(block.textContent));

/** The words for a key, with `%(name)s` filled from `values`. A key without words is a mistake of the template. */
export function word(key, values = {}) {
  if (!(key in all)) throw new Error(`the page has no words for ${key}`);
  return all[key].replace(/%\((\w+)\)[sd]/g, (_, name) => String(values[name]));
}
