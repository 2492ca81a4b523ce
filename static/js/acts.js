// What one does with a programme, on its page and in its sheet: remind, star, share. Without this file its calendar is there.
import { allowed, isReminded, toggleReminder } from "./reminders.js";
import { titles, toggleTitle } from "./titles.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

function programme(list) {
  const { id, title, channel, start, href } = list.dataset;
  return { id: Number(id), title, channel, start, href };
}

function paint() {
  for (const list of document.querySelectorAll("[data-acts]")) {
    const found = programme(list);
    for (const item of list.children) item.hidden = false;
    list.querySelector("[data-act=remind]")?.setAttribute("aria-pressed", String(isReminded(found.id)));
    list.querySelector("[data-act=star]")?.setAttribute("aria-pressed", String(titles().includes(found.title)));
  }
}

async function remind(found, list) {
  const on = toggleReminder(found);
  paint();
  if (!on) return toast(word("unreminded"));
  const answer = await allowed();
  if (answer === "granted") return toast(word("reminded"));
  const calendar = list.querySelector("a[href*='.ics']");
  return toast(word("only here"), { action: word("to calendar"), run: () => calendar?.click(), keep: 12_000 });
}

async function share(found) {
  const url = new URL(found.href, location.href).href;
  if (navigator.share) {
    return navigator.share({ title: found.title, text: `${found.title}, ${found.channel}`, url }).catch((problem) => {
      if (problem.name !== "AbortError") throw problem;
    });
  }
  await navigator.clipboard.writeText(url);
  return toast(word("copied"));
}

const acts = {
  remind,
  share,
  star: (found) => {
    const on = toggleTitle(found.title);
    paint();
    toast(word(on ? "starred" : "unstarred", { title: found.title }));
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-act]");
  const list = button?.closest("[data-acts]");
  if (!list) return;
  Promise.resolve(acts[button.dataset.act](programme(list), list)).catch(() => toast(word("failed")));
});
for (const name of ["epg:sheet", "epg:titles", "epg:reminders"]) document.addEventListener(name, paint);
paint();
