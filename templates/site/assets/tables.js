/* Tables whose rows may stand in any order: a button in each heading, figures by their size, others by the alphabet. */
"use strict";
(function () {
  const root = document.documentElement;
  const decimal = root.dataset.decimal || ".";
  const group = root.dataset.group || ",";
  const order = new Intl.Collator(root.lang || undefined, { numeric: true });
  const missing = "..";

  /* The first number of a cell; NaN where there is none. */
  function number(text) {
    const plain = text
      .replace(/[\u200e\u200f\u061c]/g, "")
      .split(group).join("")
      .replace(/(\d)[\s\u00a0\u202f](?=\d{3})/g, "$1")
      .split(decimal).join(".")
      .replace(/\u2212/g, "-");
    const found = plain.match(/-?\d+(\.\d+)?/);
    return found ? Number(found[0]) : NaN;
  }

  function cell(row, place) {
    const own = row.cells[place];
    return own ? own.innerText.trim() : missing;
  }

  function isBare(row) {
    return Array.from(row.cells).some((one) => one.colSpan > 1);
  }

  function compare(one, other, place, numeric, sign) {
    const texts = [cell(one, place), cell(other, place)];
    const absent = texts.map((text, at) => text.startsWith(missing) || text === "" || isBare(at ? other : one));
    if (absent[0] || absent[1]) {
      return absent[0] - absent[1];
    }
    if (numeric) {
      const values = texts.map(number);
      const odd = values.map(Number.isNaN);
      return odd[0] || odd[1] ? odd[0] - odd[1] : sign * (values[0] - values[1]);
    }
    return sign * order.compare(texts[0], texts[1]);
  }

  function sort(table, heads, place) {
    const head = heads[place];
    const numeric = head.classList.contains("n");
    const before = head.getAttribute("aria-sort");
    const falling = before ? before === "ascending" : numeric;
    heads.forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows).map((row, at) => [row, at]);
    rows.sort((a, b) => compare(a[0], b[0], place, numeric, falling ? -1 : 1) || a[1] - b[1]);
    rows.forEach((pair) => body.append(pair[0]));
  }

  document.querySelectorAll("table[data-sortable]").forEach(function (table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, place) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, heads, place));
      head.append(button);
    });
  });
})();
