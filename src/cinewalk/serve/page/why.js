// Why a title: the picture, every share, what would have to be otherwise, and what can be done about it.
import { ask, element, percent, tell } from "./api.js";

const dialog = document.getElementById("why");
const heading = document.getElementById("why-heading");
const body = document.getElementById("why-body");
document.getElementById("close").onclick = () => dialog.close();

/** Open the reasons for a title of a list; `changed` is called when something was told. */
export async function showWhy(user, item, options, changed) {
  const asked = { user, title: item.title_id, ...options };
  const why = await ask("picture", asked);
  heading.textContent = `Why ${why.label}?`;
  body.replaceChildren(element("p", { id: "words", textContent: why.text }), picture(why.drawing), reasons(user, why, changed), await otherwise(user, asked, options, changed), await inBrowser(asked));
  if (!dialog.open) dialog.showModal();
}

function picture(drawing) {
  const frame = element("div", { className: "picture" });
  frame.style.height = `${drawing.height}px`;
  const space = "http://www.w3.org/2000/svg";
  const bands = document.createElementNS(space, "svg");
  for (const [name, value] of [["viewBox", `0 0 100 ${drawing.height}`], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) bands.setAttribute(name, value);
  for (const band of drawing.bands) {
    const path = document.createElementNS(space, "path");
    for (const [name, value] of [["d", band.outline], ["fill", band.colour], ["stroke", band.colour]]) path.setAttribute(name, value);
    bands.append(path);
  }
  frame.append(bands, ...drawing.boxes.map(node));
  const words = "From you, over the largest reasons and the viewers behind them, to the title. Each band is as wide as its share of the score; a dot is one viewer.";
  return element("figure", {}, frame, element("figcaption", { textContent: words }));
}

function node(box) {
  const made = element("div", { className: `node ${box.kind === "title" ? "title-node" : box.kind}`, title: box.hint || box.name });
  for (const side of ["left", "width"]) made.style[side] = `${box[side]}%`;
  for (const side of ["top", "height"]) made.style[side] = `${box[side]}px`;
  if (box.kind === "box") made.style.borderLeftColor = box.colour;
  if (box.kind === "you" || box.kind === "title") made.style.background = box.colour;
  if (box.name) made.append(element("span", { textContent: box.name }));
  if (box.note) made.append(element("span", { className: "note", textContent: box.note }));
  return made;
}

function reasons(user, why, changed) {
  const list = element("ul", { className: "reasons" });
  for (const reason of why.shares) {
    const line = element("li", { "data-reason": reason.id }, element("span", { className: "share", textContent: percent(reason.share) }), element("span", { className: "name", textContent: reason.name }));
    if (reason.label === "Title") {
      const block = async () => {
        await tell("block", { user, title: reason.id });
        dialog.close();
        await changed(`Not because of ${reason.name} any more.`);
      };
      line.append(element("button", { type: "button", textContent: "Not because of this", "aria-label": `Not because of ${reason.name}`, onclick: block }));
    }
    list.append(line);
  }
  return element("details", { open: why.shares.length <= 8 }, element("summary", { textContent: `Every share of the score (${why.shares.length})` }), list);
}

/** What would have to be otherwise, with a button that does it, and one that puts it back. */
async function otherwise(user, asked, options, changed) {
  const { counterfactual, text } = await ask("counterfactual", asked);
  const made = element("section", {}, element("h3", { textContent: "What if?" }), element("p", { id: "otherwise", textContent: text }));
  const without = counterfactual?.without ?? [];
  if (!without.length || without.some((like) => !like.title_id)) return made;
  const result = element("p", { id: "tried", role: "status" });
  const button = element("button", { type: "button", id: "try", textContent: "Try it" });
  let isTried = false;
  button.onclick = async () => {
    button.disabled = true;
    try {
      if (isTried) for (const _ of without) await tell("undo", { user });
      else for (const like of without) await tell("block", { user, title: like.title_id });
      isTried = !isTried;
      const [first] = await ask("recommend", { user, ...options });
      result.dataset.first = first?.title_id ?? "";
      result.textContent = `${isTried ? "Now" : "As before,"} ${first ? first.title : "nothing"} comes first.`;
      button.textContent = isTried ? "Put it back" : "Try it";
      await changed(result.textContent);
    } catch (error) {
      result.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  };
  made.append(button, result);
  return made;
}

async function inBrowser({ user, title }) {
  const { address } = await ask("browser", { user, title });
  if (!address) return "";
  return element("p", {}, element("a", { href: address, target: "_blank", rel: "noreferrer", textContent: "Show it in Neo4j Browser" }));
}
