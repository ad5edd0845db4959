// Says what has come in on a ticket that is open: aloud, and in a corner until it was read. What was read
// is known to the answer that somebody is writing, which is stopped over words that they have not seen.

const messages = () => [...document.querySelectorAll("article.message[id]")];
const region = () => document.getElementById("live-said");

/** What stands on the page before something is added to it. */
export function read() {
  return { ids: new Set(messages().map(({ id }) => id)), events: history() };
}

const history = () => [...document.querySelectorAll(".events")].map((line) => line.textContent).join("");

/** Says what was not there before. */
export function announce(before) {
  const said = region();
  if (!said || !document.querySelector(".thread")) return;
  const fresh = messages().filter(({ id }) => !before.ids.has(id));
  if (fresh.length > 0) {
    const last = fresh.at(-1);
    const words = last.matches(".is-note") ? said.dataset.note : said.dataset.answer;
    show(said, words.replace("%s", last.querySelector(".message-author").textContent.trim()), last.id);
    for (const message of fresh) watch.observe(message);
  } else if (history() !== before.events) {
    show(said, said.dataset.changed);
    setTimeout(() => clear(said.dataset.changed), 8000);
  }
}

function show(said, words, id) {
  const sentence = document.createElement("p");
  sentence.textContent = words;
  said.replaceChildren(sentence);
  if (!id) return;
  const link = document.createElement("a");
  link.href = `#${id}`;
  link.className = "quiet-link";
  link.textContent = said.dataset.read;
  said.append(link);
}

function clear(words) {
  const said = region();
  if (said && (!words || said.textContent === words)) said.replaceChildren();
}

// What has been before the reader's eyes was read.
const watch = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (!isIntersecting || document.hidden) continue;
    watch.unobserve(target);
    const field = document.querySelector("#composer input[name=seen]");
    const id = Number(target.id.replace("m-", ""));
    if (field && id > Number(field.value)) field.value = id;
    setTimeout(() => {
      if (region()?.querySelector(`a[href="#${target.id}"]`)) clear();
    }, 4000);
  }
}, { threshold: 0.9 });

document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("#live-said a");
  if (!link) return;
  document.getElementById(link.hash.slice(1))?.scrollIntoView({ block: "center" });
  clear();
});
