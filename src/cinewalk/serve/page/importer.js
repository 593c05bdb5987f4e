// A person's own history: dropped or chosen, sent, asked about, and sent again with the answers.
import { element, send } from "./api.js";

const at = (id) => document.getElementById(id);
let dropped = null;

/** Take files in; `done` is called with the viewer whose history it is. */
export function listen(done) {
  const place = at("drop");
  for (const name of ["dragenter", "dragover"]) place.addEventListener(name, (event) => { event.preventDefault(); place.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) place.addEventListener(name, () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files[0]); });
  at("file").onchange = () => take(at("file").files[0]);
  at("import-form").onsubmit = async (event) => {
    event.preventDefault();
    const file = dropped ?? at("file").files[0];
    if (!file) return say("Choose a file first.");
    say("Reading …");
    try {
      await run(file, done);
    } catch (error) {
      say(error.message, true);
    }
  };
}

function take(file) {
  dropped = file ?? null;
  at("questions").replaceChildren();
  if (!file) return;
  const known = [...at("service").options].map((option) => option.value).find((name) => file.name.toLowerCase().includes(name));
  if (known) at("service").value = known;
  say(`${file.name} is ready to be imported.`);
}

async function run(file, done) {
  const form = new FormData();
  const owner = at("owner").value.trim();
  for (const [name, value] of [["service", at("service").value], ["user", owner], ["mode", at("mode").value], ["date_order", at("order").value], ["profile", at("profile").value.trim()]]) if (value) form.append(name, value);
  const asked = [...at("questions").querySelectorAll("fieldset")];
  if (asked.length) form.append("answers", JSON.stringify(Object.fromEntries(asked.map((field) => [field.dataset.wanted, field.querySelector("input:checked").value]))));
  form.append("file", file);
  const came = await send("import", form);
  at("questions").replaceChildren(...(came.kept ? [] : came.questions.map(question)));
  if (!came.kept && came.questions.length) return say(`${came.questions.length} titles could be several here. Choose, and import again.`);
  const { rows } = came;
  const left = came.unmatched.slice(0, 5).map((row) => `${row.value || row.file}: ${row.reason}`).join("; ");
  say(`${rows.read} rows read, ${came.titles} titles found${left ? `; left out ${came.unmatched.length}: ${left}` : ""}.`);
  if (came.kept) await done(owner);
}

function question(asked, number) {
  const choice = (value, text, checked) => element("label", {}, element("input", { type: "radio", name: `question-${number}`, value, checked }), ` ${text}`);
  const choices = asked.candidates.map((could, place) => choice(could.title_id, could.title, place === 0));
  return element("fieldset", { "data-wanted": asked.wanted }, element("legend", { textContent: `${asked.wanted} could be` }), ...choices, choice("", "none of them", false));
}

function say(text, isError = false) {
  at("imported").textContent = text;
  at("imported").classList.toggle("error", isError);
}
