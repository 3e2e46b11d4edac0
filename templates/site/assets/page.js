/* The button for dark colours, boxes that scroll, the place that a change of language keeps. */
"use strict";
(function () {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.querySelector("button.theme");

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }

  function show() {
    button.setAttribute("aria-pressed", String(isDark()));
  }

  if (button) {
    button.title = button.dataset.label;
    button.hidden = false;
    show();
    system.addEventListener("change", show);
    button.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      show();
      try {
        localStorage.setItem("ssemon-theme", root.dataset.theme);
      } catch (refused) {
        /* It holds for this page. */
      }
    });
  }

  /* A box that holds all of its table need not be stopped at by the keyboard. */
  const boxes = document.querySelectorAll(".scroll");

  function measure() {
    const wide = Array.from(boxes, (box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach(function (box, place) {
      if (wide[place]) {
        box.tabIndex = 0;
      } else {
        box.removeAttribute("tabindex");
      }
      box.classList.toggle("overflows", wide[place]);
    });
  }

  measure();
  addEventListener("resize", measure);

  /* The same place in another language: the sections have the same names there. */
  const languages = document.querySelectorAll(".languages a");

  function keep() {
    languages.forEach(function (link) {
      link.hash = location.hash;
    });
  }

  keep();
  addEventListener("hashchange", keep);
})();
