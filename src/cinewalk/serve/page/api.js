// Ask the service. Names and ids only ever become text, never markup: see `element`.

/** Trade the token in the page's address for a cookie, and take it out of the address. */
export async function enter() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  await answered(await fetch("/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } }));
}

/** Ask for something; what is undefined or empty is left out, lists repeat their name. */
export async function ask(path, values = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (one !== undefined && one !== "") query.append(name, one);
  }
  return answered(await fetch(`/api/${path}?${query}`));
}

/** Tell something. */
export async function tell(path, values) {
  const headers = { "Content-Type": "application/json" };
  return answered(await fetch(`/api/${path}`, { method: "POST", headers, body: JSON.stringify(values) }));
}

/** Send a form with a file. */
export async function send(path, form) {
  return answered(await fetch(`/api/${path}`, { method: "POST", body: form }));
}

async function answered(answer) {
  if (answer.status === 204) return null;
  const value = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(value.error), { status: answer.status });
  return value;
}

/** Make an element with properties, `aria-…` and `data-…` attributes, and children: elements or text. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-")) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** The title and its year, as people write it. */
export const label = (item) => (item.year === null ? item.title : `${item.title} (${item.year})`);

/** A share as people write it. */
export const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
