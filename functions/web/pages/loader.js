// @ts-check
// Stands in the page itself, before script and style: brings them again when they don't arrive, and says
// so, with a button and the telephone, when they never do.

/** Pauses before another try, in milliseconds; each is spread, so that not everybody comes back at once. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 16_000];
/** How long a page may stay without its script before somebody is told. */
const PATIENCE = 25_000;

const own = `${location.origin}/assets/`;
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("lixiao", {
  createScriptURL: (/** @type {string} */ url) => {
    if (url.startsWith(own)) return url;
    throw new TypeError("not a script of this page");
  },
});

/** @param {string} id @param {boolean} shown */
const show = (id, shown) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !shown;
};

/** How often each file has been asked for again. @type {Map<string, number>} */
const tries = new Map();

/** @param {HTMLScriptElement | HTMLLinkElement} lost */
function bringAgain(lost) {
  const url = lost instanceof HTMLScriptElement ? lost.src : lost.href;
  const pause = PAUSES[tries.get(url) ?? 0];
  tries.set(url, (tries.get(url) ?? 0) + 1);
  if (pause === undefined) return giveUp();
  show("retrying", true);
  setTimeout(() => {
    const again = document.createElement(lost.localName);
    if (again instanceof HTMLScriptElement) again.src = policy?.createScriptURL(url) ?? url;
    else if (again instanceof HTMLLinkElement) [again.rel, again.href] = ["stylesheet", url];
    again.addEventListener("load", () => show("retrying", false));
    lost.replaceWith(again);
  }, pause * (0.5 + Math.random()));
}

function giveUp() {
  show("retrying", false);
  show("opening", false);
  show("trouble", true);
}

// What fails to load says so to itself alone; on the way down it passes here.
addEventListener("error", ({ target }) => {
  if (target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === "stylesheet")) bringAgain(target);
}, true);

setTimeout(() => document.documentElement.hasAttribute("data-started") || giveUp(), PATIENCE);
document.addEventListener("click", ({ target }) => {
  if (target instanceof HTMLButtonElement && target.id === "reload") location.reload();
});
