// The page: whose it is, what they find, their list and rows, and what changes when they say something.
import { ask, element, enter, label, tell } from "./api.js";
import { listen } from "./importer.js";
import { card, moves } from "./titles.js";
import { showWhy } from "./why.js";

const at = (id) => document.getElementById(id);
const DIALS = ["bubble", "popularity", "calibrated"];
const COUNT = 10, ROW = 6, LIKED = { up: "up", down: "down" };
let user = "", isKnown = false, turn = 0;

const dialled = () => {
  const set = DIALS.filter((name) => Number(at(name).value) > 0).map((name) => `${name}=${at(name).value}`);
  return { k: COUNT, ...(set.length && { remedies: set.join(",") }), ...(at("maturity").value && { maturity: at("maturity").value }) };
};
const isDialled = () => Object.keys(dialled()).length > 1;

function say(text, isError = false) {
  at("status").textContent = text;
  at("status").classList.toggle("error", isError);
}

/** Do something, and say what went wrong. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.message, true);
  }
}

/** Draw list and rows anew; of several at once the last one counts. */
async function draw() {
  const mine = ++turn;
  const [list, plain, rows] = isKnown
    ? await Promise.all([ask("recommend", { user, ...dialled() }), isDialled() ? ask("recommend", { user, k: COUNT }) : null, ask("home", { user, k: ROW, rows: 2 })])
    : [[], null, [{ row: "top", heading: "What most viewers liked: say what you like", titles: await ask("feed/top", { days: 0, k: 2 * COUNT }) }]];
  if (mine !== turn) return;
  const changed = plain && moves(plain, list);
  at("list").replaceChildren(...list.map((item) => card(item, act, changed?.places.get(item.title_id))));
  at("moved").textContent = changed ? `Against the list without dials: ${changed.text}` : "";
  at("rows").replaceChildren(...rows.map(row));
  at("person").hidden = false;
  at("list-heading").textContent = isKnown ? `For ${user}` : `Welcome, ${user}`;
  at("undo").hidden = at("dials").hidden = !isKnown;
}

function row(shelf, number) {
  const id = `row-${number}`;
  const titles = element("ul", { className: "titles" }, ...shelf.titles.map((item) => card(item, act)));
  return element("section", { "aria-labelledby": id, "data-row": shelf.row }, element("h2", { id, textContent: shelf.heading }), titles);
}

async function changed(text) {
  say(text);
  isKnown = true;
  await draw();
}

const act = (action, item) => attempt(async () => {
  if (!user) return say("Say first who you are: choose a viewer, or start as somebody new.", true);
  if (action === "why") return showWhy(user, item, dialled(), changed);
  if (action in LIKED) await tell("thumb", { user, title: item.title_id, thumb: LIKED[action] });
  else await tell("block", { user, title: item.title_id });
  return changed(`${label(item)}: ${{ up: "thumb up", down: "thumb down", block: "not interested" }[action]}.`);
});

async function choose(name) {
  user = name;
  at("viewer").value = at("owner").value = name;
  try {
    await ask("history", { user });
    isKnown = true;
  } catch (error) {
    if (error.status !== 404) throw error;
    isKnown = false;
  }
  say(isKnown ? `Here is what ${name} might like.` : `${name} is new here: say what you like, and your rows follow.`);
  await draw();
}

async function find() {
  const text = at("search").value.trim();
  const titles = text ? await ask("search", { text, k: 8, user: isKnown ? user : undefined }) : [];
  if (text !== at("search").value.trim()) return;
  at("results").replaceChildren(...titles.map((item) => card(item, act)));
  if (text && !titles.length) say(`No title has ${text} in its name.`);
}

at("viewer-form").onsubmit = (event) => { event.preventDefault(); attempt(() => choose(at("viewer").value.trim())); };
at("newcomer").onclick = () => attempt(() => choose(`guest-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`));
at("search").oninput = () => attempt(find);
at("search-form").onsubmit = (event) => { event.preventDefault(); attempt(find); };
at("undo").onclick = () => attempt(async () => {
  const [signal] = await tell("undo", { user });
  await changed(`Taken back: ${signal.title || "the limit"}.`);
});
at("reset").onclick = () => { for (const name of [...DIALS, "maturity"]) at(name).value = name === "maturity" ? "" : 0; turned(); };
for (const name of [...DIALS, "maturity"]) at(name).addEventListener("input", turned);

function turned() {
  for (const name of DIALS) document.querySelector(`output[for=${name}]`).textContent = at(name).value;
  attempt(draw);
}

listen(async (owner) => { await choose(owner); });
attempt(async () => {
  await enter();
  say("Choose a viewer, or start as somebody new.");
});
