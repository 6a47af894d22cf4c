// The chat and the board without reloading. Everything here also works without it, by forms and links.
"use strict";
(() => {
  const page = document.body;
  const find = (selector, root = document) => root.querySelector(selector);
  const texts = page.dataset.texts ? JSON.parse(page.dataset.texts) : {};
  const status = find("#live");
  const dot = '<svg viewBox="0 0 8 8" aria-hidden="true"><circle cx="4" cy="4" r="R"/></svg>';

  function show(on, words) {
    if (!status) return;
    status.classList.toggle("off", !on);
    status.innerHTML = dot.replace("R", on ? "4" : "3");
    status.append(words);
    if (on && words === texts.live) return;
    const again = document.createElement("a");
    again.href = location.pathname + location.search;
    again.textContent = texts.refresh;
    status.append(" ", again);
  }

  function element(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  // An element with the same id is replaced in place, unless it is the same already; the focus stays where it was.
  function replace(old, fresh) {
    if (old.dataset.v === fresh.dataset.v) return old;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(fresh);
    if (focused) {
      const same = focused.value && find(`[value="${CSS.escape(focused.value)}"]`, fresh);
      (same || find("button, a", fresh) || find("#say"))?.focus({ preventScroll: true });
    }
    return fresh;
  }

  function listen(address, handlers, last, pause = 2000) {
    const join = address.includes("?") ? "&" : "?";
    const stream = new EventSource(last() ? `${address}${join}after=${last()}` : address);
    stream.onopen = () => { pause = 2000; show(true, texts.live); };
    stream.onerror = () => {
      show(false, texts.reconnecting);
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(address, handlers, last, Math.min(pause * 2, 60000)), pause);
    };
    for (const [name, handler] of Object.entries(handlers)) {
      stream.addEventListener(name, (event) => handler(event.data, event.lastEventId, stream));
    }
    addEventListener("pagehide", () => stream.close());
  }

  const leave = (_data, _id, stream) => {
    stream.close();
    location.reload();
  };

  if (page.dataset.board) board();
  document.querySelectorAll("form[data-preview]").forEach(preview);
  if (page.dataset.live) chat();

  // What a form would do is shown beside it while it is filled in; nothing is done before it is confirmed.
  function preview(form) {
    const shown = find(".preview", form);
    let waiting = 0;
    let asked = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const mine = ++asked;
        const fields = new URLSearchParams(new FormData(form));
        fields.delete("csrf");
        fields.delete("form");
        if (form.phrase && !form.phrase.value.trim()) { shown.replaceChildren(); return; }
        fetch(`${form.dataset.preview}?${fields}`, { headers: { "x-live": "1" } })
          .then((answer) => (answer.ok ? answer.text() : ""))
          .then((html) => { if (mine === asked) shown.innerHTML = html; })
          .catch(() => {});
      }, 300);
    });
  }

  function board() {
    listen(page.dataset.board, {
      part: (html) => {
        const fresh = element(html);
        const old = document.getElementById(fresh.id);
        if (old) replace(old, fresh);
      },
      stale: () => show(true, texts.board_changed),
      gone: leave,
    }, () => "");
  }

  function chat() {
    const base = page.dataset.live;
    const csrf = page.dataset.csrf;
    const log = find(".log");
    const scroller = find(".scroll");
    const form = find(".composer form");
    const box = find("#say");
    const hint = find("#say-hint");
    const plainHint = hint.className === "hint" ? hint.textContent : "";
    const title = document.title;
    const draftKey = `draft ${base}`;
    let after = page.dataset.after;
    let said = Number(page.dataset.said);
    let seen = said;
    let missed = 0;
    let below = 0;

    const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
    const post = (path, fields, files = []) => {
      const body = files.length ? new FormData() : new URLSearchParams();
      for (const [name, value] of Object.entries({ csrf, ...fields })) body.append(name, value);
      for (const file of files) body.append("file", file, file.name);
      return fetch(base + path, { method: "POST", headers: { "X-Live": "1" }, body });
    };
    const atEnd = () => scroller.scrollTop > -60;
    const toEnd = () => { scroller.scrollTop = 0; };

    // What comes in must not move what is being read.
    function put(node, before) {
      const stay = !atEnd();
      const height = scroller.scrollHeight;
      const top = scroller.scrollTop;
      log.insertBefore(node, before || null);
      if (node.dataset.day) dated(node);
      if (stay) scroller.scrollTop = top - (scroller.scrollHeight - height);
    }

    // The first message of a day stands below the day's line.
    function dated(article) {
      const line = element(article.dataset.day);
      if (!document.getElementById(line.id)) log.insertBefore(line, article);
    }

    function jump(words, href, go) {
      find(".jump")?.remove();
      if (!words) return;
      const link = document.createElement("a");
      link.className = "button jump down";
      link.href = href;
      link.textContent = words;
      link.addEventListener("click", (event) => {
        if (go) { event.preventDefault(); go(); }
        link.remove();
      });
      scroller.before(link);
    }

    function typing(on) {
      const there = find("#typing");
      if (on && !there) put(find("#typing-now").content.firstElementChild.cloneNode(true));
      if (!on) there?.remove();
    }

    function free() {
      for (const button of log.querySelectorAll("button:disabled")) button.disabled = false;
    }

    function arrived(article) {
      const number = Number(article.dataset.n || 0);
      if (number <= said) return;
      said = number;
      if (document.hidden) {
        missed += 1;
        document.title = `（${missed}）${title}`;
        if (!find("#unread")) {
          const line = element('<p class="unread" id="unread"></p>');
          line.textContent = texts.unread;
          log.insertBefore(line, article);
        }
      } else {
        tell();
      }
      if (!atEnd()) {
        below += 1;
        jump(`↓ ${below}`, "#main", () => { below = 0; toEnd(); });
      }
    }

    function tell() {
      if (said <= seen || document.hidden) return;
      seen = said;
      post("/seen", { upto: said }).catch(() => {});
    }

    function part(html, id) {
      const fresh = element(html);
      const old = document.getElementById(fresh.id);
      if (old) {
        replace(old, fresh);
      } else if (fresh.matches("article")) {
        const mine = fresh.dataset.form && find(`article[data-sent="${CSS.escape(fresh.dataset.form)}"]`);
        if (mine) {
          mine.replaceWith(fresh);
          dated(fresh);
        } else {
          put(fresh, find("#typing") || find("article[data-sent]"));
          if (fresh.classList.contains("mine")) find("#unread")?.remove();
          else arrived(fresh);
        }
        if (!fresh.classList.contains("mine")) typing(false);
      }
      if (id) after = id;
    }

    listen(`${base}/events`, {
      part,
      working: (data) => {
        typing(data === "on");
        if (data === "off") free();
      },
      gone: leave,
    }, () => after);

    function failed(article, again) {
      const note = find("#failed").content.firstElementChild.cloneNode(true);
      find(".meta", article).replaceWith(note);
      find("button", note).addEventListener("click", () => { article.remove(); again(); });
    }

    function problem(words) {
      hint.textContent = words || plainHint;
      hint.classList.toggle("error", Boolean(words));
      hint.toggleAttribute("role", false);
      if (words) hint.setAttribute("role", "alert");
      box.toggleAttribute("aria-invalid", Boolean(words));
    }

    // The own words are in the log at once; the stored message takes their place.
    function send(text, id = newId(), path = "/say", fields = { text }, files = []) {
      const article = find("#own").content.firstElementChild.cloneNode(true);
      article.dataset.sent = id;
      const bubble = find(".bubble", article);
      bubble.textContent = text;
      for (const file of files) {
        const line = bubble.cloneNode();
        line.classList.add("file");
        line.textContent = file.name;
        find(".meta", article).before(line);
      }
      if (!text) bubble.remove();
      find("#unread")?.remove();
      jump("");
      log.append(article);
      toEnd();
      problem("");
      post(path, { form: id, ...fields }, files).then(async (answer) => {
        if (answer.ok) {
          if (article.isConnected) find(".meta", article).textContent = texts.received;
          if (localDraft() === text) keep("");
        } else if (answer.status === 401) {
          location.reload();
        } else if (answer.status === 422 || answer.status === 413) {
          article.remove();
          box.value = box.value || text;
          choose(files);
          problem((await answer.json()).problem);
        } else {
          failed(article, () => send(text, id, path, fields, files));
        }
      }).catch(() => failed(article, () => send(text, id, path, fields, files)));
    }

    const localDraft = () => sessionStorage.getItem(draftKey) || "";
    const keep = (text) => (text ? sessionStorage.setItem(draftKey, text) : sessionStorage.removeItem(draftKey));

    function submit() {
      const text = box.value.trim();
      const files = chosen;
      if (!text && !files.length) return;
      keep(text);
      box.value = "";
      chosen = [];
      showChosen();
      send(text, newId(), "/say", { text }, files);
    }

    // Files wait beside the input line until the message is sent: chosen, dropped or pasted.
    let chosen = [];
    const picker = find("#file");

    function showChosen() {
      const list = find("#chosen");
      if (!list) return;
      list.replaceChildren(...chosen.map((file) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = `${file.name} ×`;
        button.setAttribute("aria-label", `${texts.remove_file} ${file.name}`);
        button.addEventListener("click", () => {
          chosen = chosen.filter((other) => other !== file);
          showChosen();
          box.focus();
        });
        return button;
      }));
    }

    function choose(files) {
      if (!picker) return;
      const fitting = [...files].filter((file) => file.size <= Number(form.dataset.most));
      if (fitting.length < files.length) problem(form.dataset.tooLarge);
      if (chosen.length + fitting.length > Number(form.dataset.files)) problem(form.dataset.tooMany);
      chosen = [...chosen, ...fitting].slice(0, Number(form.dataset.files));
      showChosen();
    }

    picker?.addEventListener("change", () => {
      problem("");
      choose(picker.files);
      picker.value = "";
      box.focus();
    });
    box.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (!picker || !files?.length) return;
      event.preventDefault();
      choose(files);
    });
    if (picker) {
      const talk = find("main.talk");
      talk.addEventListener("dragover", (event) => {
        if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      });
      talk.addEventListener("drop", (event) => {
        if (!event.dataTransfer?.files.length) return;
        event.preventDefault();
        choose(event.dataTransfer.files);
        box.focus();
      });
    }

    form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      submit();
    });
    box.addEventListener("input", () => { problem(""); keep(box.value); });
    if (!box.value) box.value = localDraft();

    log.addEventListener("submit", (event) => {
      const token = event.submitter?.value;
      if (!token) return;
      event.preventDefault();
      const article = event.target.closest("article");
      const buttons = event.target.querySelectorAll("button");
      for (const button of buttons) button.disabled = true;
      find("#unread")?.remove();
      post("/press", { form: find("[name=form]", event.target).value, token }).then((answer) => {
        if (answer.status === 401) location.reload();
        if (!answer.ok) throw new Error(answer.status);
      }).catch(() => {
        for (const button of buttons) button.disabled = false;
        const meta = find(".meta", article);
        meta.classList.add("failed");
        meta.setAttribute("role", "alert");
        meta.textContent = texts.press_failed;
      });
    });

    function fill(words) {
      box.value = words;
      box.focus();
      box.dispatchEvent(new Event("input"));
    }

    find(".menu")?.addEventListener("click", (event) => {
      const item = event.target.closest("[data-words]");
      if (!item) return;
      event.preventDefault();
      event.currentTarget.open = false;
      fill(item.dataset.words);
    });

    find(".side")?.addEventListener("submit", (event) => {
      const { do: kind, words } = event.submitter?.dataset || {};
      if (kind === "fill") {
        event.preventDefault();
        fill(words);
      } else if (kind === "say") {
        event.preventDefault();
        event.submitter.disabled = true;
        const id = find("[name=form]", event.target).value;
        send(words, id, "/step", { do: event.submitter.value });
      }
    });

    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      missed = 0;
      document.title = title;
      tell();
      find("#unread")?.scrollIntoView({ block: "nearest" });
    });
    scroller.addEventListener("scroll", () => { if (atEnd() && below) { below = 0; jump(""); } });
    const first = find("#unread");
    if (first && first.getBoundingClientRect().top >= scroller.getBoundingClientRect().top) jump("");
    for (const link of document.querySelectorAll(".jump")) {
      link.addEventListener("click", () => link.remove());
    }
  }
})();
