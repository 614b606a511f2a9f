// A click on the header of a column sorts a table by it, another one turns the order round. Without scripts there are
// no buttons in headers. Numbers are compared by size, all else by letter; what is empty comes last.
const order = new Intl.Collator("en", {numeric: true}).compare;

function valueOf(row, column) {
  const text = row.cells[column].textContent.trim();
  const [, digits, million] = text.replace("−", "-").match(/^([-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?)( M)?/) || [];
  return {text, number: digits ? digits.replaceAll(",", "") * (million ? 1e6 : 1) : NaN, empty: /^[-–]?$/.test(text)};
}

function sort(table, header) {
  const down = header.getAttribute("aria-sort") === "ascending";
  const rows = [...table.tBodies[0].rows].map(row => ({row, ...valueOf(row, header.cellIndex)}));
  const numeric = rows.every(({empty, number}) => empty || !isNaN(number));
  const compare = (a, b) => numeric ? a.number - b.number : order(a.text, b.text);
  rows.sort((a, b) => a.empty - b.empty || (a.empty ? 0 : down ? compare(b, a) : compare(a, b)));
  table.tBodies[0].append(...rows.map(({row}) => row));
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
}

for (const table of document.querySelectorAll("table")) {
  if (table.tHead?.rows.length !== 1 || table.tBodies[0].rows.length < 3 || table.querySelector("[rowspan], [colspan]")) continue;
  for (const header of table.tHead.querySelectorAll("th")) {
    const button = document.createElement("button");
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sort(table, header));
  }
}
