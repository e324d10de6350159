"use strict";
// Before the first paint: the reader's own choice, else the system's. Storage may be forbidden (file://, privacy modes).
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let choice = null;
  try { choice = localStorage.getItem("mailproof-theme"); } catch { /* no storage: follow the system */ }
  const apply = () => { root.dataset.theme = choice || (system.matches ? "dark" : "light"); };
  apply();
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => { button.textContent = root.dataset.theme === "dark" ? "Light theme" : "Dark theme"; };
    system.addEventListener("change", () => { apply(); label(); });
    button.addEventListener("click", () => {
      choice = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("mailproof-theme", choice); } catch { /* kept for this page only */ }
      apply();
      label();
    });
    button.hidden = false;
    label();
  });
  // Paper is white.
  addEventListener("beforeprint", () => { root.dataset.theme = "light"; });
  addEventListener("afterprint", apply);
})();
