// One number at a time: shows it, sends what is decided, and keeps what could not be sent. Texts of the paper are only ever text.
const held = JSON.parse(document.getElementById("held").textContent);
const at = (id) => document.getElementById(id);
const { cards } = held;
const ABOVE = 0.65; // of the picture's height: a table's headings are above its numbers
const WAIT = 10000; // milliseconds until an answer counts as not sent
const ADVICE = {
  claim: "Yes: it follows in the way chosen. No: it follows in none of these. Ambiguous: the paper’s words allow more than one.",
  inputs: "Yes: these numbers stand in the paper as they are read here. No: they do not. Ambiguous: it cannot be told.",
  suspected: "These numbers do not fit each other. Yes: it was meant in the way chosen, and one of them may be a slip. No: it was meant otherwise. You decide; nothing is said of it before.",
  nothing: "No way to get it was found. Yes: keep it as a number that cannot be checked. No: leave it out.",
};
const FILTERS = {
  all: () => true,
  open: (card) => !isDecided(card),
  confident: (card) => card.confidence === "confident",
  suspected: (card) => card.confidence === "suspected mistake",
  decided: (card) => isDecided(card),
};

const first = (card) => {
  const kept = new Map(Object.entries(held.decisions)).get(card.id) ?? {};
  const last = card.options.length - 1;
  return {
    id: card.id,
    answer: kept.answer ?? "",
    option: last < 0 ? -1 : Math.min(Math.max(kept.option ?? 0, 0), last),
    says: kept.says || card.says,
    fields: Object.fromEntries(Object.entries(card.fields).map(([name, value]) => [name, kept.fields?.[name] ?? value])),
    note: kept.note ?? "",
  };
};
const states = new Map(cards.map((card) => [card.id, first(card)]));
const unsaved = new Map(); // what was decided and is not known to be kept, by id
const answered = []; // the places of what was answered here, for undo
let now = 0;
let busy = false;
let sending = Promise.resolve(true);

const stateOf = (card) => states.get(card.id);
const isDecided = (card) => stateOf(card).answer !== "";
const chosenFilter = () => FILTERS[new FormData(at("filter")).get("show") ?? "all"];
const make = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });
const say = (text) => { at("said").textContent = text; };

// Sending

const post = async (address, body) => {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(address, { ...options, signal: address === "finish" ? null : AbortSignal.timeout(WAIT) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
};

const sendAll = async () => {
  let problem = null;
  for (const [id, record] of [...unsaved]) {
    try {
      await post("decision", record);
      if (unsaved.get(id) === record) unsaved.delete(id);
    } catch (error) {
      problem = error;
    }
  }
  if (problem) alarm(problem);
  else if (unsaved.size === 0) calm();
  return problem === null; // what was changed meanwhile is sent next
};

const save = (card) => {
  unsaved.set(card.id, structuredClone(stateOf(card)));
  sending = sending.then(sendAll);
  return sending;
};

const calm = () => {
  if (at("alarm").childElementCount) say("All answers are saved.");
  at("alarm").replaceChildren();
};

const alarm = (problem) => {
  const box = make("div");
  const gone = ["TypeError", "TimeoutError"].includes(problem.name);
  const why = gone ? "The review does not answer: was it ended in the terminal?" : `${problem.message}.`;
  const count = unsaved.size === 1 ? "1 answer is" : `${unsaved.size} answers are`;
  const again = Object.assign(make("button", "main", "Send again"), { type: "button" });
  again.addEventListener("click", async () => { sending = sending.then(sendAll); await sending; update(); });
  const kept = make("details");
  const lines = make("pre", "", [...unsaved.values()].map((one) => JSON.stringify(one)).join("\n"));
  lines.tabIndex = 0;
  kept.append(make("summary", "", `Show them as lines of ${held.file}`), lines);
  box.append(make("h2", "", "Not saved"), make("p", "", `${why} ${count} kept on this page only: leave it open.`), again, kept);
  at("alarm").replaceChildren(box);
};

// Showing

const showPaper = (card) => {
  const [before, number, after] = card.parts;
  const paper = at("paper");
  const words = (shown) => { at("picture").hidden = shown; at("sentence").hidden = !shown; };
  at("sentence").replaceChildren(before, make("mark", "", number), after);
  paper.setAttribute("aria-label", card.page ? `The paper, page ${card.page}` : "The paper");
  words(card.picture === "");
  at("caption").replaceChildren(card.picture ? "" : "The paper’s own words; the number is marked.");
  if (card.picture === "") { at("picture").removeAttribute("src"); return; }
  const [own, others] = card.kind === "inputs" ? ["the first number", "the others"] : ["the number", "what way 1 is made of, as far as it is on this page"];
  at("caption").append(make("span", "line"), own, ...(card.others ? [make("span", "line of-inputs"), others] : []));
  at("picture").alt = `Page ${card.page} of the paper: ${card.sentence}`;
  at("picture").onerror = () => {
    words(true);
    at("caption").textContent = "The page cannot be drawn; these are the paper’s own words, with the number marked.";
  };
  at("picture").onload = () => {
    at("picture").classList.remove("loading");
    const scale = at("picture").clientWidth / at("picture").naturalWidth;
    paper.scrollLeft = card.look[0] * scale - paper.clientWidth / 2;
    paper.scrollTop = card.look[1] * scale - paper.clientHeight * ABOVE;
  };
  at("picture").classList.add("loading"); // the last number’s page is not this one’s
  at("picture").src = card.picture;
};

const showOptions = (card) => {
  at("ways").hidden = card.options.length === 0;
  at("options").replaceChildren(...card.options.map((option, place) => {
    const label = make("label", "option");
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "option", value: place, checked: place === stateOf(card).option });
    const lines = make("span", "lines");
    const verdict = make("span");
    verdict.append(make("span", option.agrees ? "fits" : "not", option.verdict), make("span", "chance", option.chance));
    lines.append(make("span", "", option.says), make("span", "formula", option.formula), verdict);
    radio.setAttribute("aria-keyshortcuts", place + 1);
    label.append(radio, make("span", "digit", place + 1), lines);
    return label;
  }));
  showInputs(card);
};

const showInputs = (card) => {
  const option = card.options[stateOf(card).option];
  at("made-title").textContent = option ? `What way ${stateOf(card).option + 1} is made of` : "";
  at("made").hidden = !option;
  at("inputs").replaceChildren(...(option?.inputs ?? []).map((one) => make("li", "", one)));
};

const showFields = (card) => {
  const state = stateOf(card);
  at("says").value = state.says;
  at("note").value = state.note;
  at("fields").replaceChildren(...Object.keys(card.fields).map((name) => {
    const words = name.replaceAll("_", " ");
    const label = make("label", "", words.charAt(0).toUpperCase() + words.slice(1));
    label.append(Object.assign(document.createElement("input"), { type: "text", name, value: state.fields[name], maxLength: 500 }));
    return label;
  }));
};

const marked = (card) => (stateOf(card).answer || "open") + (unsaved.has(card.id) ? ", not saved" : "");

const update = () => {
  const decided = cards.filter(isDecided).length;
  const confident = cards.filter((card) => FILTERS.confident(card) && !isDecided(card)).length;
  at("progress").textContent = `${decided} of ${cards.length} decided; ${confident} confident left`;
  at("bar").value = decided;
  cards.forEach((card, place) => {
    const item = at("list").children[place];
    item.hidden = !chosenFilter()(card);
    item.dataset.answer = stateOf(card).answer;
    item.querySelector(".mark").textContent = marked(card);
    if (place === now) item.firstChild.setAttribute("aria-current", "true");
    else item.firstChild.removeAttribute("aria-current");
  });
  at("none").hidden = cards.some(chosenFilter());
  for (const [name, fits] of Object.entries(FILTERS)) at(`count-${name}`).textContent = `${name} (${cards.filter(fits).length})`;
  const card = cards[now];
  at("state").textContent = marked(card);
  for (const button of document.querySelectorAll("button[data-answer]")) button.setAttribute("aria-pressed", button.dataset.answer === stateOf(card).answer);
  at("undo").setAttribute("aria-disabled", !isDecided(card) && !answered.some((one) => isDecided(cards[one])));
};

const keepInView = () => {
  const list = at("list");
  const item = list.children[now];
  if (list.scrollHeight <= list.clientHeight) return;
  list.scrollTop = item.offsetTop - list.offsetTop - list.clientHeight / 2;
};

const show = (place, said = "") => {
  now = place;
  const card = cards[now];
  const focused = document.activeElement;
  at("number").textContent = card.target;
  at("place").textContent = `Number ${now + 1} of ${cards.length}: `;
  at("where").textContent = card.where + (card.page ? `, page ${card.page}` : "");
  at("confidence").textContent = card.confidence;
  at("confidence").classList.toggle("of-suspected", FILTERS.suspected(card));
  const kind = card.options.length === 0 && card.kind === "claim" ? "nothing" : card.kind;
  at("advice").textContent = ADVICE[FILTERS.suspected(card) && kind === "claim" ? "suspected" : kind];
  showPaper(card);
  showOptions(card);
  showFields(card);
  update();
  keepInView();
  history.replaceState(null, "", `#${now + 1}`);
  if (!focused.isConnected) at("target").focus({ preventScroll: true });
  if (at("card").getBoundingClientRect().top < 0) at("card").scrollIntoView();
  const option = card.options[stateOf(card).option];
  say(`${said} ${now + 1} of ${cards.length}: ${card.target}, ${card.where}, ${marked(card)}. ${option ? `${option.formula}, ${option.verdict}.` : ""}`.trim());
  const next = cards[now + 1];
  if (next?.picture) new Image().src = next.picture;
};

// Doing

const around = () => [...cards.keys()].map((_, step) => (now + 1 + step) % cards.length);

const nextOpen = () => {
  const open = around().filter((place) => !isDecided(cards[place]));
  return open.find((place) => chosenFilter()(cards[place])) ?? open[0];
};

const move = (step) => {
  for (let place = now + step; place in cards; place += step) {
    if (chosenFilter()(cards[place])) { show(place); return; }
  }
  say(step > 0 ? "This is the last." : "This is the first.");
};

const answer = async (word) => {
  if (busy) return;
  busy = true;
  const card = cards[now];
  stateOf(card).answer = word;
  answered.push(now);
  const kept = await save(card);
  busy = false;
  if (!kept) { update(); return; }
  const place = nextOpen();
  if (place !== undefined) { show(place, `${word} to ${card.target}.`); return; }
  update();
  say(`${word} to ${card.target}. All are decided: write the files.`);
};

const undo = async () => {
  const place = isDecided(cards[now]) ? now : answered.findLast((one) => isDecided(cards[one]));
  if (busy || place === undefined) return;
  stateOf(cards[place]).answer = "";
  show(place, "Open again.");
  await save(cards[place]);
  update();
};

const choose = (place) => {
  const card = cards[now];
  if (!(place in card.options)) return;
  stateOf(card).option = place;
  at("options").querySelectorAll("input")[place].checked = true;
  showInputs(card);
  const { formula, verdict } = card.options[place];
  say(`Way ${place + 1}: ${formula}, ${verdict}.`);
  if (isDecided(card)) save(card).then(update);
};

const edited = (event) => {
  const card = cards[now];
  const state = stateOf(card);
  if (event.target === at("says") || event.target === at("note")) state[event.target.id] = event.target.value;
  else state.fields[event.target.name] = event.target.value;
  if (event.type === "change") save(card).then(update);
};

const finish = async () => {
  await sending;
  const all = unsaved.size === 0 || (await sendAll());
  let told = { done: false, lines: ["Some answers are not saved yet: send them again first."] };
  if (all) told = await post("finish", {}).catch((error) => ({ done: false, lines: [`The review does not answer: ${error.message}`] }));
  at("result-title").textContent = told.done ? "Written" : "Not written: nothing is lost, and the review goes on";
  at("result-lines").textContent = told.lines.join("\n");
  at("result").hidden = false;
  at("result-title").focus();
};

const help = () => at("helping").showModal();

const KEYS = {
  y: () => answer("yes"), n: () => answer("no"), a: () => answer("ambiguous"), u: undo, "?": help,
  j: () => move(1), ArrowRight: () => move(1), k: () => move(-1), ArrowLeft: () => move(-1),
  e: () => { at("says").focus(); at("says").scrollIntoView({ block: "center" }); },
};

const onKey = (event) => {
  const { target, key } = event;
  const isField = target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (isField && key === "Escape") at("target").focus();
  const isArrow = key.startsWith("Arrow");
  if (isField || !at("keys").checked || at("helping").open || event.repeat) return;
  if (event.ctrlKey || event.altKey || event.metaKey || (isArrow && target.matches("[type=radio], #paper, pre"))) return;
  const act = /^[1-5]$/.test(key) ? () => choose(Number(key) - 1) : KEYS[isArrow ? key : key.toLowerCase()];
  if (act === undefined) return;
  event.preventDefault();
  act();
};

const withKeys = () => {
  document.body.classList.toggle("with-keys", at("keys").checked);
  try { localStorage.setItem("keys", at("keys").checked); } catch { /* a browser may forbid it */ }
};

const listed = (card, place) => {
  const item = document.createElement("li");
  const button = Object.assign(make("button"), { type: "button" });
  button.append(make("span", "number", card.target), make("span", "where", card.where), make("span", "mark"));
  button.addEventListener("click", () => show(place));
  item.append(button);
  return item;
};

const filtered = (name) => {
  const label = document.createElement("label");
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: "show", value: name, checked: name === "all" });
  label.append(radio, " ", Object.assign(make("span"), { id: `count-${name}` }));
  return label;
};

const begin = () => {
  at("list").append(...cards.map(listed));
  at("filters").append(...Object.keys(FILTERS).map(filtered));
  try { at("keys").checked = localStorage.getItem("keys") !== "false"; } catch { /* on, then */ }
  withKeys();
  at("keys").addEventListener("change", withKeys);
  at("filter").addEventListener("change", () => { update(); say(`${cards.filter(chosenFilter()).length} of ${cards.length} are shown.`); });
  at("text").addEventListener("input", edited);
  at("text").addEventListener("change", edited);
  at("options").addEventListener("change", (event) => choose(Number(event.target.value)));
  for (const button of document.querySelectorAll("button[data-answer]")) button.addEventListener("click", () => answer(button.dataset.answer));
  for (const [id, act] of Object.entries({ undo, help, finish, before: KEYS.k, after: KEYS.j })) at(id).addEventListener("click", act);
  at("result-close").addEventListener("click", () => { at("result").hidden = true; at("target").focus(); });
  document.addEventListener("keydown", onKey);
  addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
  const asked = Number(location.hash.slice(1)) - 1;
  const open = cards.findIndex((card) => !isDecided(card));
  show(asked in cards ? asked : Math.max(open, 0));
};
if (cards.length) begin();
