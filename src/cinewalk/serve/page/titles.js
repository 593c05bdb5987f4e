// One title as a card: its name, its reason in a line, and what can be done with it.
import { element, label, percent } from "./api.js";

const NAMED = 2;

/** Why a title is there, in a line. */
export function reasonOf(item) {
  if (item.reason) return item.reason;
  const named = (item.because ?? []).slice(0, NAMED).map((reason) => `${nameOf(reason)} ${percent(reason.share)}`);
  const rest = (item.because ?? []).length - named.length + (item.others?.count ?? 0);
  return named.join(", ") + (named.length && rest > 0 ? ` + ${rest} more` : "");
}

/** What a reason is called. */
export function nameOf(reason) {
  return reason.title ?? reason.genre ?? reason.group ?? reason.name ?? "liked by most viewers";
}

/** A card; `act` is called with what was chosen and the title. */
export function card(item, act, place = "") {
  const name = label(item);
  const button = (action, text, says) =>
    element("button", { type: "button", textContent: text, "aria-label": says, "data-action": action, onclick: () => act(action, item) });
  const actions = element("div", { className: "actions" });
  if (item.because?.length) actions.append(button("why", "Why?", `Why ${name}?`));
  actions.append(
    button("up", "Like", `Thumb up for ${name}`),
    button("down", "Dislike", `Thumb down for ${name}`),
    button("block", "Not interested", `Not interested in ${name}`),
  );
  const made = element("li", { className: "title", "data-title": item.title_id }, element("h3", { textContent: name }));
  if (place) made.append(element("span", { className: "place", textContent: place }));
  const reason = reasonOf(item);
  if (reason) made.append(element("p", { textContent: reason }));
  made.append(actions);
  return made;
}

/** What became of each title's place: by id, as people say it; and how many came, went and moved. */
export function moves(before, after) {
  const was = new Map(before.map((item) => [item.title_id, item.rank]));
  const places = new Map(), counts = { new: 0, moved: 0 };
  for (const item of after) {
    const rank = was.get(item.title_id);
    if (rank === undefined) counts.new += 1;
    else if (rank !== item.rank) counts.moved += 1;
    places.set(item.title_id, rank === undefined ? "new" : rank === item.rank ? "" : rank > item.rank ? `↑ ${rank - item.rank}` : `↓ ${item.rank - rank}`);
  }
  const stayed = new Set(after.map((item) => item.title_id));
  return { places, text: `${counts.new} new, ${before.filter((item) => !stayed.has(item.title_id)).length} gone, ${counts.moved} moved.` };
}
