/* Search without a server: the list of what there is is a script, which a page may load from a folder too. */
"use strict";
(function () {
  const form = document.querySelector("form.search");
  if (!form) {
    return;
  }
  const field = form.querySelector("input");
  const box = form.querySelector(".found");
  const count = form.querySelector(".found-count");
  const list = form.querySelector(".found-list");
  const most = 12;
  let entries = null;
  let asked = false;

  /* As words are compared: without accents, in one case. */
  function folded(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function load() {
    if (asked) {
      return;
    }
    asked = true;
    const script = document.createElement("script");
    script.src = form.dataset.index;
    script.addEventListener("load", function () {
      entries = (window.ssemonIndex || []).map(([kind, title, address, text]) => ({
        kind, title, address, text, name: folded(title), all: folded(title + " " + text),
      }));
      show();
    });
    document.head.append(script);
  }

  /* How well an entry answers: its title first, then its text; 0 where a word is not there at all. */
  function weight(entry, words) {
    let sum = 0;
    for (const word of words) {
      if (!entry.all.includes(word)) {
        return 0;
      }
      const place = entry.name.indexOf(word);
      sum += place === 0 ? 8 : place > 0 ? 4 : 1;
    }
    return sum;
  }

  function around(text, word) {
    const place = folded(text).indexOf(word);
    const start = Math.max(0, place - 40);
    return (start ? "…" : "") + text.slice(start, start + 140) + (text.length > start + 140 ? "…" : "");
  }

  function row(entry, words) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    const kind = document.createElement("span");
    const text = document.createElement("span");
    link.href = form.dataset.root + entry.address;
    link.textContent = entry.title;
    kind.className = "found-kind";
    kind.textContent = entry.kind;
    text.className = "found-text";
    text.textContent = around(entry.text, words[0]);
    link.append(kind, text);
    line.append(link);
    return line;
  }

  function show() {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    if (!words.length || entries === null) {
      close();
      return;
    }
    const found = entries
      .map((entry, place) => [weight(entry, words), place, entry])
      .filter((one) => one[0] > 0)
      .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    list.replaceChildren(...found.slice(0, most).map((one) => row(one[2], words)));
    count.textContent = found.length ? form.dataset.some.replace("{count}", found.length) : form.dataset.none;
    box.hidden = false;
  }

  function close() {
    box.hidden = true;
  }

  function move(event, step) {
    const places = [field, ...list.querySelectorAll("a")];
    const next = places.indexOf(document.activeElement) + step;
    if (places[next]) {
      event.preventDefault();
      places[next].focus();
    }
  }

  form.hidden = false;
  field.addEventListener("focus", load);
  field.addEventListener("input", show);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first && !box.hidden) {
      first.click();
    }
  });
  form.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown" && !box.hidden) {
      move(event, 1);
    } else if (event.key === "ArrowUp" && !box.hidden) {
      move(event, -1);
    } else if (event.key === "Escape") {
      close();
      field.focus();
    }
  });
  form.addEventListener("focusout", function (event) {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) {
      close();
    }
  });
  list.addEventListener("click", close);
  document.addEventListener("keydown", function (event) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });
  document.addEventListener("pointerdown", function (event) {
    if (!form.contains(event.target)) {
      close();
    }
  });
})();
