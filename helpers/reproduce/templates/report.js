// Without scripts the contents stay open, the form stays hidden, and every claim is shown.
const wide = matchMedia("(min-width: 80rem)");
const contents = document.querySelector(".contents details");
contents.open = wide.matches;
wide.addEventListener("change", () => { contents.open = wide.matches; });

// Search and filter of the claims.
const filter = document.querySelector(".filter");
const words = document.getElementById("words");
const boxes = [...document.querySelectorAll(".filter input[type=checkbox]")];
const rows = [...document.querySelectorAll("#claims tr[data-mark]")];
const texts = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));

function show() {
  const marks = new Set(boxes.filter(box => box.checked).map(box => box.value));
  const wanted = words.value.toLowerCase().split(/\s+/);
  for (const row of rows) {
    row.hidden = !(marks.has(row.dataset.mark) && wanted.every(word => texts.get(row).includes(word)));
  }
  const left = rows.filter(row => !row.hidden).length;
  document.getElementById("count").value = `${left} of ${rows.length} claims shown.`;
}

function only(mark) {
  for (const box of boxes) box.checked = !mark || box.value === mark;
  words.value = "";
  show();
}

if (filter) {
  filter.hidden = false;
  filter.addEventListener("input", show);
  document.getElementById("all").addEventListener("click", () => only());
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#claim']");
    if (link) only(link.dataset.mark);
  });
  show();
}
