// Say how many statements the choice leaves; the choice itself needs no script.
const form = document.querySelector("form.filter");
const rows = [...document.querySelectorAll("tbody tr")];
const count = () => {
  const shown = rows.filter((row) => getComputedStyle(row).display !== "none").length;
  document.getElementById("shown").textContent = `${shown} of ${rows.length} statements are shown.`;
};
form.addEventListener("change", count);
count();
