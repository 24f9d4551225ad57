// Search, sorting by keyboard, and an address that keeps what was chosen. Lists, tables and filters need no script.
const form = document.querySelector("form.find");
const items = () => [...document.querySelectorAll("[data-find] > *")];
const search = form.querySelector("input[type=search]");
const status = document.getElementById("shown");
const isShown = (one) => !one.hidden && getComputedStyle(one).display !== "none";

const apply = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of items()) {
    const text = one.textContent.toLowerCase();
    one.hidden = !words.every((word) => text.includes(word));
  }
  for (const part of document.querySelectorAll("[data-part]")) part.hidden = ![...part.querySelectorAll("[data-find] > *")].some(isShown);
  const all = items();
  status.textContent = `${all.filter(isShown).length} of ${all.length} are shown.`;
};

const keep = () => {
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
  history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
};

const restore = () => {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
  apply();
};
for (const heading of document.querySelectorAll("table.sortable thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
}
search.closest("[hidden]").hidden = false;
form.addEventListener("input", () => { apply(); keep(); });
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", restore);
restore();
