// Spares the visitor a reload: the server tells when something changed, and the page is asked for again.
// Without this script everything works after a reload.
"use strict";

const live = document.body.dataset.live;
if (live && "EventSource" in window) {
  const source = new EventSource(live);
  let running = false;
  let again = false;

  source.addEventListener("message", async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await renew();
    } while (again);
    running = false;
  });
  addEventListener("pagehide", () => source.close());
}

async function renew() {
  let page;
  try {
    const response = await fetch(location.pathname + location.search);
    if (!response.ok) return;
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    // The server stopped, or the visitor left; the next change tries again.
    return;
  }
  addMessages(page);
  announcePosts(page);
}

// New messages are added at the end of the thread, which a screen reader reads out; an answer that is being typed
// stays as it is.
function addMessages(page) {
  const thread = document.getElementById("thread");
  if (!thread) return;
  const fresh = [...page.querySelectorAll("#thread > li")].filter((message) => !document.getElementById(message.id));
  const quick = document.getElementById("quick");
  const nearEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 200;
  thread.append(...fresh.map((message) => document.importNode(message, true)));
  if (!quick.contains(document.activeElement)) {
    quick.replaceChildren(...[...page.getElementById("quick").children].map((part) => document.importNode(part, true)));
  }
  if (fresh.length === 0) return;
  document.getElementById("empty")?.remove();
  if (nearEnd) scrollTo(0, document.documentElement.scrollHeight);
}

// New posts wait behind a link: a text should not move while somebody reads it.
function announcePosts(page) {
  const place = document.getElementById("fresh");
  if (!place || place.firstChild) return;
  const isNew = [...page.querySelectorAll("article.post")].some((post) => !document.getElementById(post.id));
  if (!isNew) return;
  const link = document.createElement("a");
  link.href = location.pathname;
  link.textContent = place.dataset.text;
  place.append(link);
}
