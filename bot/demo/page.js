// What simcord's page lacks for visitors: a title, the two places, following what is said, times that go on.
const toolbar = document.getElementById("toolbar");
const viewer = document.getElementById("viewer-picker");
const log = document.getElementById("channel-timeline");
const list = document.getElementById("channel-message-list");
const app = document.getElementById("preview-app");
const glyph = document.querySelector(".channel-hash");
const label = document.getElementById("reply-label");

const title = document.createElement("div");
title.className = "demo-title";
title.append("osai-faq-bot", Object.assign(document.createElement("small"), { textContent: "demo · Discord is simulated" }));
const places = document.createElement("div");
places.className = "demo-places";
const tabs = { server: "# ask-the-bot", direct: "Direct messages" };
for (const [place, name] of Object.entries(tabs)) {
  const tab = Object.assign(document.createElement("button"), { type: "button", textContent: name });
  tab.dataset.place = place;
  tab.addEventListener("click", () => {
    if (tab.getAttribute("aria-pressed") === "true") return;
    viewer.append(new Option("", place)); // simcord asks the server for whoever is chosen here; the server knows the places too
    viewer.value = place;
    viewer.dispatchEvent(new Event("change"));
  });
  places.append(tab);
}
toolbar.prepend(title);
toolbar.append(places);
// The messages' own headings are of the third level, so whoever reads by headings needs one above them.
list.before(Object.assign(document.createElement("h2"), { className: "visually-hidden", textContent: "Messages" }));

function showPlace() {
  const here = glyph.textContent === "@" ? "direct" : "server";
  for (const tab of places.children) tab.setAttribute("aria-pressed", String(tab.dataset.place === here));
}
new MutationObserver(showPlace).observe(glyph, { childList: true, characterData: true, subtree: true });
showPlace();

// What is new comes into view from its beginning; simcord would leave it below a button "New messages".
let newest = 0n;
let first = null;
function watch() {
  const ids = [...list.querySelectorAll("[data-message-id]")].map((message) => BigInt(message.dataset.messageId));
  const last = ids.reduce((most, id) => (id > most ? id : most), 0n);
  if (!ids.length) newest = 0n; // somebody else looks, or somewhere else
  else if (last > newest && first === null) first = newest ? ids.filter((id) => id > newest).reduce((least, id) => (id < least ? id : least)) : last;
  if (last > newest) newest = last;
  if (first !== null) requestAnimationFrame(follow);
}
function follow() {
  if (first === null) return;
  if (app.getAttribute("aria-busy") === "true") { requestAnimationFrame(follow); return; }
  const message = list.querySelector(`[data-message-id="${first}"]`);
  first = null;
  if (!message) return;
  const beginning = message.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop - 8;
  log.scrollTop = Math.min(beginning, log.scrollHeight - log.clientHeight);
}
new MutationObserver(watch).observe(list, { childList: true });

// Relative times are written once by simcord; the clock of the demo is this computer's.
const RELATIVE = /^(in \d|now$|yesterday$|tomorrow$|(last|next|this) |.* ago$)/;
const words = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
function ago(seconds) {
  for (const [unit, length, limit] of [["second", 1, 60], ["minute", 60, 3600], ["hour", 3600, 86400], ["day", 86400, 604800]]) {
    if (Math.abs(seconds) < limit) return words.format(Math.round(seconds / length), unit);
  }
  return words.format(Math.round(seconds / 604800), "week");
}
setInterval(() => {
  for (const time of list.querySelectorAll("time.discord-timestamp")) {
    if (RELATIVE.test(time.textContent)) time.textContent = ago((Date.parse(time.dateTime) - Date.now()) / 1000);
  }
}, 10_000);

// Ids of messages are nobody's business.
new MutationObserver(() => {
  const plain = label.textContent.replace(/^(Editing|Replying to) message \d+$/, "$1 a message");
  if (plain !== label.textContent) label.textContent = plain;
}).observe(label, { childList: true, characterData: true, subtree: true });

// Without the key at the end of the address, or with that of an earlier run, simcord shows an empty page.
const closed = Object.assign(document.createElement("section"), { className: "demo-closed", hidden: true });
closed.setAttribute("role", "alert");
closed.append(
  Object.assign(document.createElement("h2"), { textContent: "This address does not open the demo" }),
  Object.assign(document.createElement("p"), {
    textContent: "It needs the key at its end, after the #, which is another one each time the demo is started. Open the whole address that stands in the terminal.",
  }),
);
document.body.append(closed);
function showWhetherOpen() {
  closed.hidden = app.getAttribute("aria-busy") !== "false" || viewer.options.length > 0;
  document.body.classList.toggle("demo-is-closed", !closed.hidden);
}
new MutationObserver(showWhetherOpen).observe(app, { attributes: true, attributeFilter: ["aria-busy"] });
new MutationObserver(showWhetherOpen).observe(viewer, { childList: true });
showWhetherOpen();
